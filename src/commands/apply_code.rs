//! `/apply-code`: writes an approved revision into its target, whole or not at all.
//!
//! Only an approval that counts lets anything in, read from the record and not from a row. The plan is shown first and asked about;
//! then the order goes on record before the first byte is written. What the tests say about the result is told with the answer.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::applying::contents::Contents;
use crate::applying::journal::{self, Task};
use crate::applying::{unfinished, wanted};
use crate::commands::targets::answer::{Answer, EvidenceView, Word, nothing_to_do};
use crate::commands::targets::making::{self, About, Files};
use crate::commands::targets::question::{Asked, Given};
use crate::commands::targets::replayed;
use crate::contract::command::{Access, Command, Group, Spec, Surroundings};
use crate::contract::confirmation::Confirmation;
use crate::contract::error::CommandError;
use crate::contract::invocation::Invocation;
use crate::contract::lookup::{self, Newest};
use crate::contract::page::{Cell, Tone};
use crate::deciding::decided::ReceiptView;
use crate::deciding::permit::Permit;
use record::domain::application::Direction;
use record::domain::digest::Digest;
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;

/// `/apply-code`
pub enum ApplyCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest that this session has shown
    #[arg(value_name = "ID")]
    pub id: String,
    /// Write into this folder
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// Only say what would be written
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask; needs --expect
    #[arg(long)]
    pub yes: bool,
    /// The content hash that you approved, at least its first 12 digits
    #[arg(long, value_name = "HASH")]
    pub expect: Option<String>,
    /// Digest of the page that was shown, by whoever asked
    #[arg(skip)]
    pub shown: Option<Digest>,
}

impl Command for ApplyCode {
    const SPEC: Spec = Spec {
        name: "apply-code",
        aliases: &[],
        summary: "Write an approved revision into its target, on record",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: None,
        examples: &[
            "/apply-code @ --folder ../shop --dry-run",
            "/apply-code 7c2e --folder ../shop",
        ],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, _: &dyn Surroundings) -> Result<(), CommandError> {
        if let Some(folder) = &mut args.folder {
            *folder = std::path::absolute(&*folder).map_err(|error| {
                CommandError::usage(format!("no folder has this name: {error}"))
            })?;
        }
        Ok(())
    }

    fn confirm(args: &mut Args, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
        args.shown = Some(confirmation.shown_digest);
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        unfinished::end_all(invocation).await?;
        let proposal = lookup::proposal(invocation, &args.id, Newest::OfSession).await?;
        if let Some(done) = answer_again(invocation, &proposal).await? {
            return Ok(done);
        }
        let permit = Permit::of(invocation, &proposal).await?;
        let task = task(invocation, &args, &proposal, &permit).await?;
        if task.order.files.as_ref().is_some_and(|files| files.steps.is_empty()) {
            return Err(nothing_to_do("everything is there already, byte for byte"));
        }
        let evidence = EvidenceView {
            execution_id: permit.execution.as_ref().map(ToString::to_string),
            verdict: None,
            covers_result: true,
        };
        let planned =
            Answer { evidence: Some(evidence.clone()), ..Answer::of(&task.order, Word::Planned) };
        if args.dry_run {
            return Ok(planned);
        }
        let asked = Asked {
            command: Self::SPEC.name,
            direction: Direction::Apply,
            planned: &planned,
            content_hash: permit.revision.content_hash,
            facts: facts(&proposal, &permit),
        };
        asked.check(Given { yes: args.yes, expect: args.expect.as_deref(), shown: args.shown })?;
        let order = task.order.clone();
        let done = journal::carry_out(invocation, task).await?;
        tracing::info!(
            proposal.id = %order.proposal,
            application.started = done.started,
            application.target = order.target(),
            "an approved revision was written into its target"
        );
        let audit = ReceiptView { seq: done.receipt.seq, hash: done.receipt.hash.hex() };
        let applied = Answer::of(&order, Word::Applied);
        Ok(Answer { evidence: Some(evidence), audit: Some(audit), ..applied })
    }
}

/// Makes the task of the target that was named.
async fn task(
    invocation: &Invocation,
    args: &Args,
    proposal: &Proposal,
    permit: &Permit,
) -> Result<Task, CommandError> {
    let revision = &permit.revision;
    let folder = args
        .folder
        .clone()
        .ok_or_else(|| CommandError::usage("a target is needed").hint("Give `--folder FOLDER`."))?;
    let mut contents = Contents::default();
    let wanted = wanted::of_source(&revision.source, &mut contents)?;
    let about = About {
        direction: Direction::Apply,
        undoes: None,
        proposal: proposal.id.clone(),
        revision: revision.number,
        content_hash: revision.content_hash,
        repository: None,
    };
    let files = Files { root: folder, wanted, contents, undone: None };
    making::of_files(invocation, about, files).await
}

fn facts(proposal: &Proposal, permit: &Permit) -> Vec<(&'static str, Cell)> {
    let decision = format!("by {}, entry {}", permit.reviewer, permit.seq);
    vec![
        ("Request", Cell::from(proposal.request.as_str())),
        ("Approved", Cell::toned(decision, Tone::Good)),
    ]
}

/// Answers a repeated invocation with what the first one did.
async fn answer_again(
    invocation: &Invocation,
    proposal: &Proposal,
) -> Result<Option<Answer>, CommandError> {
    let Some(mut answer) = replayed::answer(invocation, &proposal.id, Direction::Apply).await?
    else {
        return Ok(None);
    };
    let permit = Permit::of(invocation, proposal).await.ok();
    answer.evidence = permit.map(|permit| EvidenceView {
        execution_id: permit.execution.as_ref().map(ToString::to_string),
        verdict: None,
        covers_result: true,
    });
    Ok(Some(answer))
}
