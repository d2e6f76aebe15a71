//! What can go wrong with a memory.
//!
//! A repository that cannot be read and a store that cannot be written are told apart by their own errors; what is named here is what
//! only a memory meets.

use thiserror::Error;

use crate::contract::error::{CommandError, ErrorKind};
use foundation::repository::error::RepositoryError;
use foundation::store::error::StoreError;

/// A reason why a memory cannot be built or asked.
#[derive(Debug, Error)]
pub enum MemoryError {
    /// The repository cannot be read.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The build was stopped; what was stored stays.
    #[error("interrupted; what was stored stays, and the next build goes on from there")]
    Interrupted,
    /// Nothing is remembered of the repository.
    #[error("nothing is remembered of {name}")]
    NotBuilt {
        /// The repository.
        name: String,
    },
    /// No file of the remembered commit has this path, and no symbol this name.
    #[error("{what} is neither a file nor a symbol of what is remembered")]
    Unknown {
        /// What was asked for, escaped.
        what: String,
    },
    /// The work tree has the line, and the commit has not.
    #[error("line {line} of {path} is only in the work tree, not in commit {commit}")]
    OnlyHere {
        /// The path, escaped.
        path: String,
        /// The line.
        line: u32,
        /// The commit, shortened.
        commit: String,
    },
    /// The file has fewer lines.
    #[error("{path} has no line {line}")]
    NoLine {
        /// The path, escaped.
        path: String,
        /// The line.
        line: u32,
    },
}

impl From<MemoryError> for CommandError {
    fn from(error: MemoryError) -> Self {
        let (kind, hint) = match error {
            MemoryError::Repository(error) => return error.into(),
            MemoryError::Store(ref inner) if matches!(inner, StoreError::StaleFence) => (
                ErrorKind::State,
                "Another build of the same repository is at work; see `/jobs`, and build again after it.",
            ),
            MemoryError::Store(error) => return error.into(),
            MemoryError::Interrupted => (ErrorKind::Interrupted, "Type the same command again."),
            MemoryError::NotBuilt { .. } => {
                (ErrorKind::State, "Build it first with `/build-graph`.")
            }
            MemoryError::Unknown { .. } => (
                ErrorKind::NotFound,
                "Give a path from the root of the repository, or a name as it is defined; `/build-graph` takes in new commits.",
            ),
            MemoryError::OnlyHere { .. } => (
                ErrorKind::NotFound,
                "Nothing led to it yet; commit it and run `/build-graph`, or ask about another line.",
            ),
            MemoryError::NoLine { .. } => {
                (ErrorKind::NotFound, "Leave the line out to see the whole file.")
            }
        };
        Self::from_source(kind, &error).hint(hint)
    }
}
