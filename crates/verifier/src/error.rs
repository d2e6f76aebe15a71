//! Reasons why an export could not be verified at all.
//!
//! A record that does not hold is no error: it is the answer. An error says that there was nothing to look at, that a key or
//! checkpoint given beside it cannot be used, or that the work was stopped.

use std::io;
use std::path::PathBuf;

use record::audit::checkpoint::CheckpointError;
use record::audit::key::KeyError;
use thiserror::Error;

/// A verification that did not come to an answer.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// There is nothing of an export.
    #[error("there is no export at {}: {problem}", path.display())]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
        /// What was found instead.
        problem: String,
    },
    /// The file holds no key of a log.
    #[error("{}: {source}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: KeyError,
    },
    /// The file holds no checkpoint.
    #[error("{}: {source}", path.display())]
    Checkpoint {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: CheckpointError,
    },
    /// A key or checkpoint is read from a plain file only.
    #[error("{} is not a plain file", path.display())]
    NoFile {
        /// The path.
        path: PathBuf,
    },
    /// The file with a key or checkpoint cannot be read.
    #[error("{} cannot be read: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Whoever asked for it wants it no more.
    #[error("interrupted")]
    Interrupted,
    /// The thread that reads the records panicked.
    #[error("the records could not be read")]
    Reader,
}

/// The kinds of error, as far as exit codes tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VerifyErrorKind {
    /// The arguments are off.
    Usage,
    /// Nothing is there.
    NotFound,
    /// A file cannot be read.
    Unavailable,
    /// The work was stopped.
    Interrupted,
    /// A bug.
    Internal,
}

impl VerifyError {
    /// The kind of error it is.
    pub fn kind(&self) -> VerifyErrorKind {
        match self {
            Self::Missing { .. } => VerifyErrorKind::NotFound,
            Self::Key { .. } | Self::Checkpoint { .. } | Self::NoFile { .. } => {
                VerifyErrorKind::Usage
            }
            Self::Unreadable { source, .. } => match source.kind() {
                io::ErrorKind::NotFound => VerifyErrorKind::NotFound,
                io::ErrorKind::InvalidData => VerifyErrorKind::Usage,
                _ => VerifyErrorKind::Unavailable,
            },
            Self::Interrupted => VerifyErrorKind::Interrupted,
            Self::Reader => VerifyErrorKind::Internal,
        }
    }

    /// The next step, where there is one.
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Missing { .. } => Some(
                "Give the folder or tar file that `/audit export` wrote, or what `/backup` did.",
            ),
            Self::Key { .. } => {
                Some("Give a file with the line `name+hash+base64`, such as signers.vkey.")
            }
            Self::Checkpoint { .. } => Some(
                "Give a file `checkpoint` of an earlier export, or what `/audit checkpoint --json` has as note.",
            ),
            Self::NoFile { .. } | Self::Unreadable { .. } | Self::Interrupted | Self::Reader => {
                None
            }
        }
    }
}

impl VerifyErrorKind {
    /// The word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::NotFound => "not_found",
            Self::Unavailable => "unavailable",
            Self::Interrupted => "interrupted",
            Self::Internal => "internal",
        }
    }

    /// The exit code, the same as that of `saraphina`.
    pub const fn code(self) -> u8 {
        match self {
            Self::Usage => 2,
            Self::NotFound => 3,
            Self::Unavailable => 6,
            Self::Internal => 70,
            Self::Interrupted => 130,
        }
    }
}
