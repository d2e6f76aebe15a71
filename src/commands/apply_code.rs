//! `/apply-code`: writes an approved revision into its target, whole or not at all.
//!
//! Only an approval that counts lets anything in, read from the record and not from a row. The plan is shown first and asked about;
//! then the order goes on record before the first byte is written. What the tests say about the result is told with the answer.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::targets::answer::{Answer, EvidenceView, NoteView, Word, nothing_to_do};
use crate::commands::targets::branches::{self, Goal, Site};
use crate::commands::targets::commit_view::CommitView;
use crate::commands::targets::making::{self, About, Files};
use crate::commands::targets::question::{Asked, Given};
use crate::commands::targets::rebasing;
use crate::commands::targets::replayed;
use record::domain::application::{Application, Direction, Ending, Order};
use record::domain::changeset::Changeset;
use record::domain::digest::Digest;
use record::domain::limits::Limits;
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use work::applying::contents::Contents;
use work::applying::journal::{self, Task};
use work::applying::recovery::Recovered;
use work::applying::{unfinished, wanted};
use work::checking::note::REFERENCE;
use work::checking::noting;
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::confirmation::Confirmation;
use work::contract::error::CommandError;
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::page::{Cell, Tone};
use work::contract::repositories;
use work::deciding::decided::ReceiptView;
use work::deciding::permit::Permit;
use work::drafting::changing;
use work::executing::terms::Trial;
use work::executing::trial;

/// `/apply-code`
pub enum ApplyCode {}

/// What was typed.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal: its id, the first digits of it, or @ for the newest that this session has shown
    #[arg(value_name = "ID")]
    pub id: String,
    /// Write into this folder; a change of a repository goes to its work tree without it
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["branch", "commit", "rebase"])]
    pub folder: Option<PathBuf>,
    /// Commit on this branch; it is made where there is none
    #[arg(long, value_name = "BRANCH", conflicts_with = "commit")]
    pub branch: Option<String>,
    /// Write into the work tree and commit on the branch that it has checked out
    #[arg(long)]
    pub commit: bool,
    /// The author of the commit, `NAME <ADDRESS>`, instead of whoever approved
    #[arg(long, value_name = "AUTHOR")]
    pub author: Option<String>,
    /// Where the target moved on: make a new revision that fits it, to be executed and approved
    #[arg(long)]
    pub rebase: bool,
    /// Run the tests once more when it is written
    #[arg(long)]
    pub test: bool,
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
            "/apply-code @ --dry-run",
            "/apply-code 7c2e --folder ../shop",
            "/apply-code 7c2e --branch approved",
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
        let proposal = lookup::proposal(invocation, &args.id, Newest::OfSession).await?;
        let ended = end_broken_off(invocation, &args, &proposal).await?;
        if let Some(done) = answer_again(invocation, &args, &proposal).await? {
            return Ok(done);
        }
        let permit = Permit::of(invocation, &proposal).await?;
        let proposal =
            lookup::proposal(invocation, proposal.id.as_str(), Newest::OfSession).await?;
        if args.rebase {
            return rebased(invocation, &args, &proposal, &permit).await;
        }
        let Aim { task, others, commit } = aim(invocation, &args, &proposal, &permit).await?;
        let is_empty = task.order.files.as_ref().is_some_and(|files| files.steps.is_empty());
        if is_empty && task.order.branch.is_none() {
            if let Some(ended) = ended.filter(|(_, recovered)| recovered.ending == Ending::Whole) {
                return Ok(Answer::of(&ended.0.order, Word::Applied));
            }
            return Err(nothing_to_do("everything is there already, byte for byte"));
        }
        let evidence = EvidenceView { others, ..evidence(&permit, task.order.is_covered) };
        let planned = Answer::of(&task.order, Word::Planned);
        let planned =
            Answer { evidence: Some(evidence.clone()), commit: commit.clone(), ..planned };
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
        let evidence = if args.test {
            tested(invocation, &proposal, &permit.revision, evidence).await?
        } else {
            evidence
        };
        let audit = ReceiptView { seq: done.receipt.seq, hash: done.receipt.hash.hex() };
        let note = noted(invocation, &proposal, &order).await;
        let applied = Answer::of(&order, Word::Applied);
        Ok(Answer { evidence: Some(evidence), commit, note, audit: Some(audit), ..applied })
    }
}

/// Ends what was broken off of a proposal, as long as it may be applied; a dry run writes nothing.
async fn end_broken_off(
    invocation: &Invocation,
    args: &Args,
    proposal: &Proposal,
) -> Result<Option<(Application, Recovered)>, CommandError> {
    if args.dry_run {
        unfinished::check_ended(invocation, &proposal.id).await?;
        return Ok(None);
    }
    let open = unfinished::open(invocation).await?;
    let is_open = open.iter().any(|(id, _)| *id == proposal.id);
    if !is_open || args.rebase || Permit::of(invocation, proposal).await.is_err() {
        return Ok(None);
    }
    let ended = unfinished::end_of(invocation, &proposal.id, Direction::Apply).await?;
    if let Some(ended) = &ended {
        invocation.running.keep_told(unfinished::told(ended));
    }
    Ok(ended)
}

/// Writes the proof on the commit that was made. What is applied stays so where that fails: the note can be written later.
async fn noted(invocation: &Invocation, proposal: &Proposal, order: &Order) -> Option<NoteView> {
    let (branch, name) = (order.branch.as_ref()?, order.repository.as_ref()?);
    let written = async {
        let known = repositories::named(invocation, name).await?;
        let repository = changing::open(invocation, name, known.repository.path.as_ref())?;
        let about = (proposal, order.revision);
        noting::on_commit(invocation, &repository, about, &branch.after).await
    };
    let problem = written.await.err().map(|error: CommandError| error.chain());
    Some(NoteView { reference: REFERENCE.to_owned(), problem })
}

/// What is to be done, with what else is to be known of it.
struct Aim {
    task: Task,
    /// Paths beside those of the change that are not as they were executed.
    others: Vec<String>,
    /// How the commit is made, where one is.
    commit: Option<CommitView>,
}

/// Makes the task of the target that was named.
async fn aim(
    invocation: &Invocation,
    args: &Args,
    proposal: &Proposal,
    permit: &Permit,
) -> Result<Aim, CommandError> {
    let revision = &permit.revision;
    let Some(folder) = args.folder.clone() else {
        let (change, goal) = (change(revision)?, goal(args)?);
        let site = Site::of(invocation, change).await?;
        let author = branches::author(args.author.as_deref(), &permit.reviewer)?;
        let (about, by) = ((proposal, permit), (&goal, &author));
        let others = site.others(&goal, change).await;
        let task = branches::of_change(invocation, (&site, change), about, by, &others).await?;
        let commit = CommitView::of_task(&task, &author, &site.repository).await;
        return Ok(Aim { task, others, commit });
    };
    if args.branch.is_some() || args.commit {
        return Err(CommandError::usage("a folder has no branch"));
    }
    let mut contents = Contents::default();
    let wanted = wanted::of_source(&revision.source, &mut contents)?;
    let mut about = About::applying(proposal, revision);
    let others = match revision.source.change() {
        // A module is tested by itself, whatever it comes to lie beside.
        None => Some(Vec::new()),
        Some(change) => others_of(invocation, &folder, change).await,
    };
    about.is_covered = others.as_ref().is_some_and(Vec::is_empty);
    let files = Files { root: folder, wanted, contents, undone: None };
    let task = making::of_files(invocation, about, files).await?;
    Ok(Aim { task, others: others.unwrap_or_default(), commit: None })
}

/// Names what a folder holds otherwise than what was executed; nothing where that cannot be told.
async fn others_of(
    invocation: &Invocation,
    folder: &Path,
    change: &Changeset,
) -> Option<Vec<String>> {
    let site = Site::of(invocation, change).await.ok()?;
    site.others_of(&folder.canonicalize().ok()?, change).await
}

fn goal(args: &Args) -> Result<Goal, CommandError> {
    match (&args.branch, args.commit) {
        (Some(_), true) => Err(CommandError::usage("give --branch or --commit, not both")),
        (Some(name), false) => Ok(Goal::Branch(name.clone())),
        (None, true) => Ok(Goal::Commit),
        (None, false) => Ok(Goal::WorkTree),
    }
}

fn change(revision: &Revision) -> Result<&Changeset, CommandError> {
    revision.source.change().ok_or_else(|| {
        CommandError::usage("a target is needed: this is no change of a repository")
            .hint("Give `--folder FOLDER`.")
    })
}

/// Makes a new revision on the base of today.
async fn rebased(
    invocation: &Invocation,
    args: &Args,
    proposal: &Proposal,
    permit: &Permit,
) -> Result<Answer, CommandError> {
    let old = &permit.revision;
    let change = change(old)?;
    let site = Site::of(invocation, change).await?;
    let onto = match site.tip(&goal(args)?, change).await? {
        Some(tip) => tip.base,
        None => site.head.base.clone(),
    };
    rebasing::check_moved(change, &onto)?;
    let revision = rebasing::rebase(invocation, (proposal, old), change, (&site, &onto)).await?;
    Ok(Answer::of_revision(&revision))
}

/// Runs the tests of what was written, as an execution like any other.
async fn tested(
    invocation: &Invocation,
    proposal: &Proposal,
    revision: &Revision,
    before: EvidenceView,
) -> Result<EvidenceView, CommandError> {
    let ground = changing::ground(invocation, proposal, revision).await?;
    let usual = Trial::usual(Limits::default(), invocation.policy().await?);
    let trial = Trial { ground, ..usual };
    let execution = trial::execute(&invocation.under("test"), proposal, revision, &trial).await?;
    Ok(EvidenceView {
        execution_id: Some(execution.id.to_string()),
        verdict: Some(execution.verdict.word),
        ..before
    })
}

fn evidence(permit: &Permit, covers_result: bool) -> EvidenceView {
    let execution_id = permit.execution.as_ref().map(ToString::to_string);
    EvidenceView { execution_id, verdict: None, covers_result, others: Vec::new() }
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
    args: &Args,
    proposal: &Proposal,
) -> Result<Option<Answer>, CommandError> {
    if args.rebase {
        let stored = rebasing::stored(invocation, proposal).await?;
        return Ok(stored.as_ref().map(Answer::of_revision));
    }
    let again = replayed::answer(invocation, &proposal.id, Direction::Apply).await?;
    let Some(mut answer) = again else { return Ok(None) };
    let permit = Permit::of(invocation, proposal).await.ok();
    if let Some((permit, known)) = permit.zip(answer.evidence.take()) {
        let evidence = evidence(&permit, known.covers_result);
        answer.evidence = Some(if args.test {
            tested(invocation, proposal, &permit.revision, evidence).await?
        } else {
            evidence
        });
    }
    Ok(Some(answer))
}
