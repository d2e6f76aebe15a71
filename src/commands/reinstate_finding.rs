//! `/reinstate-finding`: lets a dismissed finding count again, with the reason on record.
//!
//! Nothing is taken out of the record: the dismissal stays there, and what counts is the later entry.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::remembering::dismissed::{Answer, answer, record};
use record::domain::act::ActKind;
use record::domain::dismissal::MAX_REASON;
use record::domain::principal::Authority;
use work::contract::command::{Access, Command, Group, Spec};
use work::contract::dismissals;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;

/// `/reinstate-finding`
pub enum ReinstateFinding {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The finding, or the first digits of it, as `/dismiss-finding` lists it
    #[arg(value_name = "FINDING")]
    pub finding: String,
    /// Why it counts again
    #[arg(value_name = "WHY")]
    pub reason: Vec<String>,
}

impl Command for ReinstateFinding {
    const SPEC: Spec = Spec {
        name: "reinstate-finding",
        aliases: &[],
        summary: "Let a dismissed finding count again, with the reason on record",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: Some("reason"),
        examples: &["/reinstate-finding 7c2e the table comes from a request now"],
    };
    type Args = Args;
    type Outcome = Answer;

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let reason = args.reason.join(" ").trim().to_owned();
        if reason.is_empty() {
            return Err(CommandError::usage("a reason is needed").hint("Say in a sentence why."));
        }
        if reason.chars().count() > MAX_REASON {
            let message = format!("a reason has at most {MAX_REASON} characters");
            return Err(CommandError::usage(message));
        }
        let known = dismissals::all(invocation).await?;
        let mut found = known.into_values().filter(|one| {
            !args.finding.is_empty() && one.dismissal.finding.starts_with(&args.finding)
        });
        let (kind, message) = match (found.next(), found.next()) {
            (Some(one), None) => {
                let act = invocation
                    .act(ActKind::OwnerFindingReinstated)
                    .with("repository", one.dismissal.repository.as_str())
                    .with("finding", one.dismissal.finding)
                    .with("reason", reason);
                let audit = record(invocation, act).await?;
                return answer(invocation, Some(audit)).await;
            }
            (Some(_), Some(_)) => (
                ErrorKind::Ambiguous,
                format!("several dismissed findings begin with {}", args.finding),
            ),
            (None, _) => (ErrorKind::NotFound, format!("no dismissed finding is {}", args.finding)),
        };
        Err(CommandError::new(kind, message).hint("See `/dismiss-finding` for what is dismissed."))
    }
}
