//! Makes the order of an application from what is wanted and the place it goes to.
//!
//! The root is resolved once, so that the order names the real folder; git folders and the home of this program are no targets.

use std::path::{Path, PathBuf};

use record::domain::application::{Application, Direction, FileOrder, Order};
use record::domain::change::Expected;
use record::domain::changeset::RepositoryName;
use record::domain::digest::Digest;
use record::domain::id::{JobId, ProposalId};
use record::domain::proposal::Proposal;
use record::domain::revision::Revision;
use record::domain::source_path::is_of_git;
use work::applying::contents::Contents;
use work::applying::error::{ApplyError, FileError};
use work::applying::folder;
use work::applying::journal::Task;
use work::applying::plan::{Manner, Wanted};
use work::applying::preparing::{self, Prepared};
use work::applying::unfinished;
use work::contract::blocking::beside;
use work::contract::error::{CommandError, ErrorKind};
use work::contract::invocation::Invocation;

/// What an order is about.
#[derive(Clone, Debug)]
pub struct About {
    /// In or out.
    pub direction: Direction,
    /// The entry of the application that is taken out.
    pub undoes: Option<u64>,
    /// The proposal.
    pub proposal: ProposalId,
    /// Its revision.
    pub revision: u32,
    /// The hash of that revision.
    pub content_hash: Digest,
    /// The repository of the target; none for a plain folder.
    pub repository: Option<RepositoryName>,
    /// Whether what was executed is exactly what will be there.
    pub is_covered: bool,
    /// The state of the proposal that its approval was read in; none for what comes out.
    pub expected: Option<Expected>,
}

impl About {
    /// An approved revision that goes in.
    pub fn applying(proposal: &Proposal, revision: &Revision) -> Self {
        Self {
            direction: Direction::Apply,
            undoes: None,
            proposal: proposal.id.clone(),
            revision: revision.number,
            content_hash: revision.content_hash,
            repository: None,
            is_covered: true,
            expected: Some(Expected { proposal: proposal.id.clone(), version: proposal.version }),
        }
    }

    /// An application that comes out.
    pub fn undoing(application: &Application) -> Self {
        let order = &application.order;
        Self {
            direction: Direction::Rollback,
            undoes: Some(application.started),
            proposal: order.proposal.clone(),
            revision: order.revision,
            content_hash: order.content_hash,
            repository: order.repository.clone(),
            is_covered: false,
            expected: None,
        }
    }

    fn order(self, job: JobId, place: String, files: Option<FileOrder>) -> Order {
        let Self { direction, undoes, proposal, revision, content_hash, .. } = self;
        Order {
            job,
            proposal,
            revision,
            content_hash,
            direction,
            undoes,
            repository: self.repository,
            is_covered: self.is_covered,
            place,
            files,
            branch: None,
        }
    }
}

/// Paths that are wanted, with their contents.
#[derive(Clone, Debug)]
pub struct Files {
    /// The root, as it was given.
    pub root: PathBuf,
    /// What is wanted of each path.
    pub wanted: Vec<Wanted>,
    /// Contents of both sides, as far as they are known.
    pub contents: Contents,
    /// The order that is taken out, for the way back.
    pub undone: Option<FileOrder>,
}

/// Makes the order for files.
pub async fn of_files(
    invocation: &Invocation,
    about: About,
    files: Files,
) -> Result<Task, CommandError> {
    let job = JobId::derived(&invocation.caller.idempotency);
    let root = root(invocation, &files.root)?;
    unfinished::check_place(invocation, &root.display().to_string()).await?;
    let Files { wanted, contents, undone, .. } = files;
    let owned = job.clone();
    let prepared = beside(move || {
        let manner = undone.as_ref().map_or(Manner::Apply, |order| Manner::Rollback {
            made: &order.made,
            removed: &order.removed,
        });
        let mut prepared = preparing::prepare((&root, &owned), (&wanted, contents), manner)?;
        // What the application replaced is put back: it has to stay in the store until then.
        prepared.files.kept.extend(undone.into_iter().flat_map(|order| order.kept));
        Ok(prepared)
    })
    .await?;
    let Prepared { files, contents, kept } = prepared;
    let place = files.root.clone();
    let expected = about.expected.clone();
    let order = about.order(job, place, Some(files));
    Ok(Task { order, contents, kept, expected })
}

/// Makes the order for a branch that no work tree comes with; the branch is still to be named.
pub async fn without_files(
    invocation: &Invocation,
    about: About,
    place: String,
) -> Result<Task, CommandError> {
    unfinished::check_place(invocation, &place).await?;
    let job = JobId::derived(&invocation.caller.idempotency);
    let expected = about.expected.clone();
    let order = about.order(job, place, None);
    Ok(Task { order, contents: Contents::default(), kept: Vec::new(), expected })
}

/// Resolves a root, and refuses what is no target.
fn root(invocation: &Invocation, given: &Path) -> Result<PathBuf, CommandError> {
    let root = folder::resolved(given).map_err(|error| not_there(given, error))?;
    if root.to_str().is_none() {
        return Err(CommandError::usage("the path of a target has to be UTF-8"));
    }
    let is_git = root.iter().any(|name| is_of_git(&name.to_string_lossy()));
    let home = folder::resolved(invocation.settings.home()).ok();
    if is_git || home.is_some_and(|home| root.starts_with(home)) {
        let message = format!("{} belongs to git, or to this program", root.display());
        return Err(CommandError::new(ErrorKind::State, message).hint("Name another folder."));
    }
    Ok(root)
}

fn not_there(given: &Path, error: FileError) -> CommandError {
    if error.source.kind() == std::io::ErrorKind::NotFound {
        let message = format!("there is no folder {}", given.display());
        return CommandError::new(ErrorKind::NotFound, message)
            .hint("Make it first, or check the path.");
    }
    ApplyError::from(error).into()
}
