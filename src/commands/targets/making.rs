//! Makes the order of an application from what is wanted and the place it goes to.
//!
//! The root is resolved once, so that the order names the real folder; git folders and the home of this program are no targets.

use std::path::{Path, PathBuf};

use crate::applying::contents::Contents;
use crate::applying::error::{ApplyError, FileError};
use crate::applying::folder;
use crate::applying::journal::Task;
use crate::applying::plan::{Manner, Wanted, is_of_git};
use crate::applying::preparing::{self, Prepared};
use crate::applying::unfinished;
use crate::contract::blocking::beside;
use crate::contract::error::{CommandError, ErrorKind};
use crate::contract::invocation::Invocation;
use record::domain::application::{Direction, FileOrder, Order};
use record::domain::changeset::RepositoryName;
use record::domain::digest::Digest;
use record::domain::id::{JobId, ProposalId};

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
    let About { direction, undoes, proposal, revision, content_hash, repository } = about;
    let place = files.root.clone();
    let order = Order {
        job,
        proposal,
        revision,
        content_hash,
        direction,
        undoes,
        repository,
        place,
        files: Some(files),
        branch: None,
    };
    Ok(Task { order, contents, kept })
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
