//! What can go wrong with the files of a target.
//!
//! Refusals are of the plan, and nothing was touched. An error of the file system names the path and what was done to it, and
//! says whether the target is whole, because that decides what the owner has to do.

use std::io;

use record::domain::source_path::SourcePath;
use thiserror::Error;

use crate::contract::error::{CommandError, ErrorKind};
use foundation::repository::error::RepositoryError;

/// What may lie behind another content than the expected one.
const OTHER_CONTENT: &str = "Where HEAD has moved, `--rebase` puts the change on the base of today; where git writes other line ends into the work tree, a branch that is not checked out takes it: `--branch OTHER`.";
/// Most misfits that a message names.
const NAMED: usize = 3;

/// A call to the file system that failed.
#[derive(Debug, Error)]
#[error("{path} cannot be {deed}")]
pub struct FileError {
    /// The path, from the root of the target.
    pub path: String,
    /// What was to be done, such as `written`.
    pub deed: &'static str,
    /// Why not.
    #[source]
    pub source: io::Error,
}

/// A reason why a path cannot be written.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Problem {
    /// A name in it belongs to git.
    #[error("no change reaches into a git folder")]
    GitFolder,
    /// A name in it is one of those that contents are staged under.
    #[error("this name is used while changes are applied")]
    StageFolder,
    /// A part of it is no folder.
    #[error("{by} is {what}, and no change goes through it")]
    Blocked {
        /// The part.
        by: String,
        /// What it is.
        what: &'static str,
    },
    /// Something else than a file or link lies there.
    #[error("it is {0}")]
    NoFile(&'static str),
    /// It should not be there.
    #[error("it is there already")]
    Present,
    /// It should be there.
    #[error("it is missing")]
    Missing,
    /// Its bytes are others.
    #[error("its content is not the one that the change starts from")]
    Content,
    /// It is a file instead of a link, or can be run and should not, or the other way round.
    #[error("its mode is {found}, not {wanted}")]
    Mode {
        /// The mode it has.
        found: record::domain::changeset::Mode,
        /// The mode it should have.
        wanted: record::domain::changeset::Mode,
    },
    /// It was changed after the application that is to be taken out.
    #[error("it was changed since")]
    Changed,
    /// Its name differs in nothing but upper and lower case from another.
    #[error("it is one file with {0} where case does not count")]
    SameButCase(String),
    /// The link leads out of the target.
    #[error("the link leads out of the target")]
    LinkOut,
    /// It is too large to be kept.
    #[error("it has {0} bytes, more than is kept of what is replaced")]
    TooLarge(u64),
}

/// A path that does not fit, and why.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{path}: {problem}")]
pub struct Misfit {
    /// The path.
    pub path: SourcePath,
    /// Why not.
    pub problem: Problem,
}

/// A reason why nothing was written, or not all of it.
#[derive(Debug, Error)]
pub enum ApplyError {
    /// Paths do not fit; nothing was touched.
    #[error("{}", named(.0))]
    Misfits(Vec<Misfit>),
    /// A path was changed while the application was at work; everything else is as it was.
    #[error("{0} was changed meanwhile")]
    Raced(SourcePath),
    /// A content that the order names is not kept.
    #[error("the content of {0} is not kept")]
    Lost(SourcePath),
    /// A call failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// A branch could not be moved.
    #[error(transparent)]
    Repository(#[from] Box<RepositoryError>),
    /// The work itself broke off.
    #[error("writing files broke off")]
    Panicked(#[source] tokio::task::JoinError),
}

/// How far an application that failed has come.
#[derive(Debug)]
pub enum Failure {
    /// Everything is as it was before.
    Undone(ApplyError),
    /// Some of it is written, and what failed kept it from being taken back; recovery ends it.
    Open(ApplyError),
}

fn named(misfits: &[Misfit]) -> String {
    let words: Vec<String> = misfits.iter().take(NAMED).map(ToString::to_string).collect();
    match misfits.len().saturating_sub(NAMED) {
        0 => words.join("; "),
        more => format!("{}; and {more} more", words.join("; ")),
    }
}

impl From<ApplyError> for CommandError {
    fn from(error: ApplyError) -> Self {
        match error {
            ApplyError::Repository(error) => Self::from(*error),
            ApplyError::Misfits(found) => {
                let has_others = found.iter().any(|one| matches!(one.problem, Problem::Content));
                let refused = Self::from_source(ErrorKind::State, &ApplyError::Misfits(found)).hint(
                    "Nothing was written. Bring it to what is expected there, then run it again.",
                );
                if has_others { refused.hint(OTHER_CONTENT) } else { refused }
            }
            error @ ApplyError::Raced(_) => Self::from_source(ErrorKind::State, &error),
            error @ ApplyError::Lost(_) => {
                Self::from_source(ErrorKind::Integrity, &error).hint("Run `/audit verify`.")
            }
            error @ ApplyError::Panicked(_) => Self::from_source(ErrorKind::Internal, &error),
            error @ ApplyError::File(_) => Self::from_source(ErrorKind::Unavailable, &error)
                .hint("Look at the permissions and the free space there, then run it again."),
        }
    }
}
