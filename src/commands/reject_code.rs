//! `/reject-code`: the owner refuses a revision.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::command::{Access, Command, Group, Spec};
use crate::commands::context::{Context, Invocation};
use crate::commands::decide::{self, Decided};
use crate::commands::error::CommandError;
use crate::commands::lookup::{self, Newest};
use crate::domain::principal::Authority;
use crate::domain::review::{self, ReasonText};

/// `/reject-code`
pub enum RejectCode {}

/// What was typed.
#[derive(Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest that this session has shown
    #[arg(value_name = "ID")]
    pub id: String,
    /// Why
    #[arg(value_name = "REASON")]
    pub reason: Vec<String>,
}

impl Command for RejectCode {
    const SPEC: Spec = Spec {
        name: "reject-code",
        aliases: &[],
        summary: "Reject a proposal, with a reason",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: Some("reason"),
        examples: &["/reject-code 7c2e it reads the whole file into memory"],
    };
    type Args = Args;
    type Outcome = Decided;

    async fn run(
        context: &Context,
        invocation: &Invocation,
        args: Args,
    ) -> Result<Decided, CommandError> {
        let owner = decide::owner(invocation)?;
        let proposal = lookup::proposal(context, invocation, &args.id, Newest::OfSession).await?;
        if let Some(done) = decide::replayed(context, invocation, &proposal).await? {
            return Ok(done);
        }
        let reason = ReasonText::new(&args.reason.join(" "))?;
        let review = review::reject(&owner, &proposal, reason)?;
        let execution = decide::deciding_execution(context, &proposal).await?;
        decide::record(context, invocation, &proposal, review, execution).await
    }
}
