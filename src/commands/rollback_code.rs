//! `/rollback-code`: takes an application out again, byte for byte.
//!
//! Every path that it wrote has to be as it left it; then each gets back its content, its permissions or its absence, whatever was
//! changed elsewhere meanwhile. It is on record like the application itself.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::commands::targets::answer::{Answer, Word};
use crate::commands::targets::branches::{self, Site, Tip};
use crate::commands::targets::commit_view::CommitView;
use crate::commands::targets::making::{self, About, Files};
use crate::commands::targets::message;
use crate::commands::targets::question::{Asked, Given};
use crate::commands::targets::replayed;
use record::domain::application::{Application, BranchOrder, Direction, Ending, Order};
use record::domain::changeset::{Changeset, Touched};
use record::domain::digest::Digest;
use record::domain::id::ProposalId;
use record::domain::principal::Authority;
use record::domain::proposal::Proposal;
use record::domain::source_path::SourcePath;
use work::applying::contents::Contents;
use work::applying::journal::{self, Task};
use work::applying::{unfinished, vouched, wanted};
use work::contract::command::{Access, Command, Group, Spec, Surroundings};
use work::contract::confirmation::Confirmation;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;
use work::contract::lookup::{self, Newest};
use work::contract::page::{Cell, Tone};
use work::deciding::decided::ReceiptView;

/// `/rollback-code`
pub enum RollbackCode {}

/// What was typed.
#[derive(Clone, Debug, Default, clap::Args, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Args {
    /// The proposal whose newest application goes; without it the newest application that stands
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Of several applications, the one that went to this branch
    #[arg(long, value_name = "BRANCH", conflicts_with = "folder")]
    pub branch: Option<String>,
    /// Of several applications, the one that went to this folder or work tree
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// The author of the commit, where a branch moves: `NAME <ADDRESS>`
    #[arg(long, value_name = "AUTHOR")]
    pub author: Option<String>,
    /// Only say what would be written
    #[arg(long)]
    pub dry_run: bool,
    /// Do not ask; needs --expect
    #[arg(long)]
    pub yes: bool,
    /// The content hash of the revision that goes, at least its first 12 digits
    #[arg(long, value_name = "HASH")]
    pub expect: Option<String>,
    /// Digest of the page that was shown, by whoever asked
    #[arg(skip)]
    pub shown: Option<Digest>,
}

impl Command for RollbackCode {
    const SPEC: Spec = Spec {
        name: "rollback-code",
        aliases: &[],
        summary: "Take an application out of its target again, byte for byte",
        group: Group::Decide,
        authority: Authority::Own,
        access: Access::Write,
        free_text: None,
        examples: &["/rollback-code", "/rollback-code 7c2e --dry-run"],
    };
    type Args = Args;
    type Outcome = Answer;

    fn prepare(args: &mut Args, surroundings: &dyn Surroundings) -> Result<(), CommandError> {
        if let Some(folder) = &mut args.folder {
            *folder = surroundings.whole(folder)?;
        }
        Ok(())
    }

    fn confirm(args: &mut Args, confirmation: &Confirmation) {
        args.yes = true;
        args.expect = Some(confirmation.content_hash.hex());
        args.shown = Some(confirmation.shown_digest);
    }

    async fn run(invocation: &Invocation, args: Args) -> Result<Answer, CommandError> {
        let id = proposal_id(invocation, args.id.as_deref()).await?;
        if args.dry_run {
            unfinished::check_ended(invocation, &id).await?;
        } else if let Some(taken_back) = take_back(invocation, &id).await? {
            return Ok(taken_back);
        }
        if let Some(done) = replayed::answer(invocation, &id, Direction::Rollback).await? {
            return Ok(done);
        }
        let application = match to_undo(invocation, &args, &id).await {
            Ok(application) => application,
            Err(error) if args.dry_run => {
                return ended(invocation, &args, &id).await?.ok_or(error);
            }
            Err(error) => return Err(error),
        };
        vouched::check(invocation, &application).await?;
        let (task, commit) = task(invocation, &args, &application).await?;
        let planned = Answer { commit: commit.clone(), ..Answer::of(&task.order, Word::Planned) };
        if args.dry_run {
            return Ok(planned);
        }
        let applied = format!("entry {}", application.started);
        let asked = Asked {
            command: Self::SPEC.name,
            direction: Direction::Rollback,
            planned: &planned,
            content_hash: application.order.content_hash,
            facts: vec![("Applied", Cell::toned(applied, Tone::Dim))],
        };
        asked.check(Given { yes: args.yes, expect: args.expect.as_deref(), shown: args.shown })?;
        let order = task.order.clone();
        let done = journal::carry_out(invocation, task).await?;
        tracing::info!(
            proposal.id = %order.proposal,
            application.started = done.started,
            application.undoes = application.started,
            "an application was taken out of its target"
        );
        let audit = ReceiptView { seq: done.receipt.seq, hash: done.receipt.hash.hex() };
        Ok(Answer { commit, audit: Some(audit), ..Answer::of(&order, Word::RolledBack) })
    }
}

/// Takes back what was broken off of a proposal; nothing where there is none, or where it could not be taken back.
async fn take_back(
    invocation: &Invocation,
    id: &ProposalId,
) -> Result<Option<Answer>, CommandError> {
    let ended = unfinished::end_of(invocation, id, Direction::Rollback).await?;
    let Some(ended) = ended else { return Ok(None) };
    let remark = unfinished::told(&ended);
    let (application, recovered) = &ended;
    match (application.order.direction, recovered.ending) {
        (Direction::Apply, Ending::Undone) | (Direction::Rollback, Ending::Whole) => {
            let remark = Some(remark);
            Ok(Some(Answer { remark, ..Answer::of(&application.order, Word::RolledBack) }))
        }
        (Direction::Apply, Ending::Whole) | (Direction::Rollback, Ending::Undone) => {
            invocation.running.keep_told(remark);
            Ok(None)
        }
    }
}

/// Finds the proposal that was typed, or that of the newest application.
async fn proposal_id(
    invocation: &Invocation,
    typed: Option<&str>,
) -> Result<ProposalId, CommandError> {
    if let Some(typed) = typed {
        return Ok(lookup::proposal(invocation, typed, Newest::OfSession).await?.id);
    }
    let newest = invocation.store()?.newest_application().await?;
    let none = || {
        CommandError::new(ErrorKind::NotFound, "nothing was applied yet")
            .hint("See `/apply-code` for how an approved revision gets into its target.")
    };
    newest.map(|newest| newest.order.proposal).ok_or_else(none)
}

/// Tells of the newest application at the place that was named, where it was broken off and has been taken back.
async fn ended(
    invocation: &Invocation,
    args: &Args,
    id: &ProposalId,
) -> Result<Option<Answer>, CommandError> {
    let all = vouched::all(invocation, id).await?;
    let newest = all.iter().rfind(|one| is_at_place(args, &one.order));
    let taken_back = newest.and_then(|one| match one.end {
        Some((seq, Ending::Undone)) if one.order.direction == Direction::Apply => Some((one, seq)),
        _ => None,
    });
    Ok(taken_back.map(|(one, seq)| {
        let remark = format!(
            "The application in entry {} was broken off, and entry {seq} says that it was taken back.",
            one.started
        );
        Answer { remark: Some(remark), ..Answer::of(&one.order, Word::RolledBack) }
    }))
}

/// Finds the newest application of a proposal that still stands, at the place that was named.
async fn to_undo(
    invocation: &Invocation,
    args: &Args,
    id: &ProposalId,
) -> Result<Application, CommandError> {
    let all = vouched::all(invocation, id).await?;
    let is_whole = |one: &&Application| one.end.is_some_and(|(_, ending)| ending == Ending::Whole);
    let whole: Vec<&Application> = all.iter().filter(is_whole).collect();
    let undone = |one: &Application| {
        whole.iter().find(|back| back.order.undoes == Some(one.started)).map(|back| back.started)
    };
    let is_meant = |one: &&&Application| {
        one.order.direction == Direction::Apply && is_at_place(args, &one.order)
    };
    let meant: Vec<&Application> = whole.iter().filter(is_meant).copied().collect();
    if let Some(newest) = meant.iter().rfind(|one| undone(one).is_none()) {
        return Ok((*newest).clone());
    }
    // It may have been ended just now, on the way to this command.
    let told = invocation.running.take_told();
    let refused = |message: String, hint: String| {
        let error = CommandError::new(ErrorKind::State, message).hint(hint);
        told.iter().fold(error, |error, words| error.hint(words.clone()))
    };
    Err(match meant.last().and_then(|newest| undone(newest)) {
        Some(back) => refused(
            format!("{id} was rolled back already, by entry {back}"),
            "Name another proposal whose application is to go.".to_owned(),
        ),
        None if args.branch.is_some() || args.folder.is_some() => refused(
            format!("{id} was not applied there"),
            format!("See `/audit log --proposal {id}` for where it went."),
        ),
        None => refused(
            format!("{id} was not applied"),
            format!(
                "See `/show-code {id}` for its state; only what was applied can be taken out again."
            ),
        ),
    })
}

/// Tells whether an application went where it was said, if anything was said.
fn is_at_place(args: &Args, order: &Order) -> bool {
    let branch = order.branch.as_ref().map(|branch| branches::short(&branch.name));
    let folder = order.files.as_ref().map(|files| Path::new(&files.root));
    let is_branch = args.branch.as_deref().is_none_or(|name| branch == Some(branches::short(name)));
    is_branch && args.folder.as_deref().is_none_or(|named| folder == Some(named))
}

async fn task(
    invocation: &Invocation,
    args: &Args,
    application: &Application,
) -> Result<(Task, Option<CommitView>), CommandError> {
    let order = &application.order;
    let about = About::undoing(application);
    let contents = unfinished::contents(invocation, order).await?;
    let Some(branch) = &order.branch else {
        check_unstaged(invocation, order).await?;
        return Ok((files(invocation, about, application, contents).await?, None));
    };
    let (proposal, change) = changed(invocation, application).await?;
    let site = Site::at(invocation, &change.repository, &branch.repository).await?;
    let tip = site.at_ref(&branch.name).await?;
    check_here(&site, application, branch)?;
    let back = reversed(&change, &tip)?;
    let paths: Vec<&SourcePath> = change.touched().iter().map(|touched| &touched.path).collect();
    site.check_free(&tip, &paths).await?;
    let mut task = if order.files.is_some() {
        files(invocation, about, application, contents).await?
    } else {
        making::without_files(invocation, about, branches::place(&site, &tip)).await?
    };
    let author = branches::author(args.author.as_deref(), &invocation.caller.who.id)?;
    let message = message::rolled_back(&proposal.request, branch.after.as_str(), &proposal.id);
    task.order.branch = Some(site.commit(invocation, (&tip, &back), (&author, &message)).await?);
    let commit = CommitView::of_task(&task, &author, &site.repository).await;
    Ok((task, commit))
}

/// Refuses where what goes out of a work tree is staged there: the next commit would bring it back.
async fn check_unstaged(invocation: &Invocation, order: &Order) -> Result<(), CommandError> {
    let Some((name, files)) = order.repository.as_ref().zip(order.files.as_ref()) else {
        return Ok(());
    };
    // A folder that is no repository any more has nothing staged, and a branch without a commit has nothing to hold it against.
    let Ok(site) = Site::at(invocation, name, &files.root).await else { return Ok(()) };
    let paths: Vec<&SourcePath> = files.steps.iter().map(|step| &step.path).collect();
    site.check_staged(&site.head.base.tree, &paths).await
}

async fn files(
    invocation: &Invocation,
    about: About,
    application: &Application,
    contents: Contents,
) -> Result<Task, CommandError> {
    let Some(files) = &application.order.files else {
        return Err(CommandError::new(ErrorKind::Internal, "the application wrote no file"));
    };
    let files = Files {
        root: PathBuf::from(&files.root),
        wanted: wanted::of_order(files),
        contents,
        undone: Some(files.clone()),
    };
    making::of_files(invocation, about, files).await
}

/// Reads the proposal of an application, and the change that it wrote.
async fn changed(
    invocation: &Invocation,
    application: &Application,
) -> Result<(Proposal, Changeset), CommandError> {
    let (store, order) = (invocation.store()?, &application.order);
    let proposal = store.proposal(&order.proposal).await?;
    let revision = store.revision(&order.proposal, order.revision).await?;
    let change = revision.and_then(|revision| revision.source.change().cloned());
    let gone = || CommandError::new(ErrorKind::Integrity, "the change that was applied is gone");
    proposal.zip(change).ok_or_else(gone)
}

/// Refuses where the branch is checked out and was not then, or the other way round: files and branch go together.
fn check_here(
    site: &Site,
    application: &Application,
    branch: &BranchOrder,
) -> Result<(), CommandError> {
    let (name, was_here) = (branches::short(&branch.name), application.order.files.is_some());
    if site.is_here(&branch.name) == was_here {
        return Ok(());
    }
    let (message, hint) = if was_here {
        (format!("{name} is not checked out any more"), "Check it out, then run it again.")
    } else {
        (format!("{name} is checked out now"), "Check out another branch, then run it again.")
    };
    Err(CommandError::new(ErrorKind::State, message).hint(hint))
}

/// The change that leads back from where a branch is now: the touched paths alone, whatever else was committed since.
fn reversed(change: &Changeset, tip: &Tip) -> Result<Changeset, CommandError> {
    let back = change.touched().iter().map(|touched| Touched {
        path: touched.path.clone(),
        role: touched.role,
        before: touched.after.clone(),
        after: touched.before.clone(),
    });
    Ok(Changeset::new(change.repository.clone(), tip.base.clone(), back.collect())?)
}
