//! Reasons why a file is not read as an original.
//!
//! The file comes from somebody else, so every reason names what was found in it; none of them is an error of the home.

use std::path::PathBuf;

use thiserror::Error;

/// A file that cannot be imported, or not as it is.
#[derive(Debug, Error)]
pub enum OriginalError {
    /// Nothing lies there.
    #[error("there is no file {path}")]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// A folder, a pipe, a device.
    #[error("{path} is not a plain file")]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// It does not start as an SQLite database does.
    #[error("{path} is not an SQLite database, or it is encrypted")]
    NotADatabase {
        /// The path.
        path: PathBuf,
    },
    /// The database of a home.
    #[error("{path} is the database of a saraphina home, not of an original")]
    OwnHome {
        /// The path.
        path: PathBuf,
    },
    /// None of the tables that are taken over is in it.
    #[error("{path} holds no table of the original")]
    Foreign {
        /// The path.
        path: PathBuf,
    },
    /// A table has the name of one of the original's, but not its columns.
    #[error("the table {table} has no plain column {column}, so it is not the original's")]
    Column {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// More than is taken.
    #[error("{what}: at most {limit} are taken")]
    TooMuch {
        /// The thing there is too much of.
        what: String,
        /// The bound.
        limit: u64,
    },
    /// Cut off or otherwise damaged.
    #[error("the database is damaged: {detail}")]
    Damaged {
        /// The fault.
        detail: String,
    },
    /// It changed while it was copied.
    #[error("{path} is being written")]
    Changing {
        /// The path.
        path: PathBuf,
    },
    /// Another import is going on.
    #[error("another import is going on in this home")]
    Busy,
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
}

impl From<rusqlite::Error> for OriginalError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Damaged { detail: error.to_string() }
    }
}

/// A failure about `path` in the file system.
pub(super) fn of_file(path: &std::path::Path, source: std::io::Error) -> OriginalError {
    match source.kind() {
        std::io::ErrorKind::NotFound => OriginalError::Missing { path: path.to_path_buf() },
        _ => OriginalError::File { path: path.to_path_buf(), source },
    }
}
