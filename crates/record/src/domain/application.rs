//! Applications: an approved revision written into its target, or taken out again.
//!
//! The order of an application is made before anything is written, and holds all that is needed to end it after a kill: where it
//! goes, and both states of every path that it touches. It is stored, and its digest is in the record, so that nobody can have an
//! engine write something else.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::act::ActKind;
use crate::domain::changeset::{GitId, Mode, RepositoryName};
use crate::domain::digest::Digest;
use crate::domain::id::{JobId, ProposalId};
use crate::domain::source_path::SourcePath;

/// Whether a revision goes in or comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Into its target.
    Apply,
    /// Out of it again.
    Rollback,
}

/// How an application ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Everything is written.
    Whole,
    /// Everything is as it was before.
    Undone,
}

/// A path as it lies in a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// File, executable or link.
    pub mode: Mode,
    /// The permissions of a file; a link has none of its own.
    pub permissions: u32,
    /// The digest of its bytes; of a link, of its target.
    pub digest: Digest,
    /// Its length.
    pub bytes: u64,
}

/// A path that is written, with both of its states; at least one is there, and they differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Where it lies, from the root of the target.
    pub path: SourcePath,
    /// What was there.
    pub before: Option<State>,
    /// What is there afterwards.
    pub after: Option<State>,
}

/// A folder that is made or taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Folder {
    /// Where it lies, from the root of the target.
    pub path: SourcePath,
    /// Its permissions.
    pub permissions: u32,
}

/// What is done to files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileOrder {
    /// The folder, absolute.
    pub root: String,
    /// The name of the folder in it where contents are staged.
    pub stage: String,
    /// The paths: first those that go, then the others.
    pub steps: Vec<Step>,
    /// Folders that are made, outermost first.
    pub made: Vec<Folder>,
    /// Folders that nothing is left in, innermost first.
    pub removed: Vec<Folder>,
    /// Contents that the store keeps for this order, because no revision has them.
    pub kept: Vec<Digest>,
}

/// What is done to a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchOrder {
    /// Where the repository lies, absolute.
    pub repository: String,
    /// The full name, `refs/heads/…`.
    pub name: String,
    /// Its commit before; absent where the branch is made.
    pub before: Option<GitId>,
    /// Its commit afterwards.
    pub after: GitId,
    /// The paths that this commit touches.
    pub paths: Vec<SourcePath>,
}

/// What is to be done, complete before it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The job of the call, by which an engine tells its own work from that of a dead one.
    pub job: JobId,
    /// The proposal.
    pub proposal: ProposalId,
    /// Its revision.
    pub revision: u32,
    /// The hash of that revision.
    pub content_hash: Digest,
    /// In or out.
    pub direction: Direction,
    /// The entry of the application that is taken out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undoes: Option<u64>,
    /// The repository, as the owner named it; absent for a plain folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<RepositoryName>,
    /// Whether what was executed and approved is exactly what will be there, base included.
    #[serde(default)]
    pub is_covered: bool,
    /// The one place that no other order may work on at the same time.
    pub place: String,
    /// What is done to files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub files: Option<FileOrder>,
    /// What is done to a branch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<BranchOrder>,
}

/// An application as the store has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// The entry by which it started, which names it.
    pub started: u64,
    /// The digest of its order, as stored.
    pub digest: Digest,
    /// What is done.
    pub order: Order,
    /// The entry by which it ended, and how; absent while it is at work, or where its engine died.
    pub end: Option<(u64, Ending)>,
}

/// The word is none of how an application ends.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("an application does not end {0:?}")]
pub struct EndingError(pub String);

impl Direction {
    /// The word in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Apply => "apply",
            Self::Rollback => "rollback",
        }
    }

    /// The kinds of the acts by which it starts and ends.
    pub const fn kinds(self) -> (ActKind, ActKind) {
        match self {
            Self::Apply => (ActKind::ApplyStarted, ActKind::ApplyFinished),
            Self::Rollback => (ActKind::RollbackStarted, ActKind::RollbackFinished),
        }
    }
}

impl Ending {
    /// The word in the record and in tables.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Whole => "applied",
            Self::Undone => "undone",
        }
    }
}

impl fmt::Display for Ending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.word())
    }
}

impl FromStr for Ending {
    type Err = EndingError;

    fn from_str(text: &str) -> Result<Self, EndingError> {
        [Self::Whole, Self::Undone]
            .into_iter()
            .find(|ending| ending.word() == text)
            .ok_or_else(|| EndingError(text.to_owned()))
    }
}

impl State {
    /// Tells whether both are the same content of the same kind, whatever the permissions beyond running it are.
    ///
    /// So git sees it, too: a user mask of another machine is no change.
    pub fn is_alike(&self, other: &Self) -> bool {
        (self.mode, self.digest) == (other.mode, other.digest)
    }
}

impl Order {
    /// The word for where it goes: a folder, a work tree, a branch, or a work tree with a commit.
    pub const fn target(&self) -> &'static str {
        match (&self.files, &self.branch, &self.repository) {
            (Some(_), Some(_), _) => "commit",
            (None, _, _) => "branch",
            (Some(_), None, Some(_)) => "work_tree",
            (Some(_), None, None) => "folder",
        }
    }
}
