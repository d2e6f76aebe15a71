//! Turns errors of SQLite and of the file system into errors of the store.
//!
//! Codes are looked at here and nowhere else, so that a full disk is the same error whether SQLite or a file met it.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::store::error::StoreError;

/// The database's name, where the caller of SQLite does not know the folder.
pub(super) const DATABASE: &str = "knowledge.db";

/// The shared-memory file beside the database could not grow: the disk is full, although SQLite calls it an I/O error.
const IOERR_SHMSIZE: i32 = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

/// A write failed, and not for want of room on the disk.
const IOERR_WRITE: i32 = rusqlite::ffi::SQLITE_IOERR_WRITE;
const TAKES_NO_MORE: &str =
    "the system takes no more of it: a limit of file sizes (`ulimit -f`), or a disk that fails";

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_extended_error_code() {
            Some(IOERR_SHMSIZE) => return Self::DiskFull,
            Some(IOERR_WRITE) => {
                return Self::File {
                    path: PathBuf::from(DATABASE),
                    source: io::Error::other(TAKES_NO_MORE),
                };
            }
            _ => {}
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                Self::ReadOnly { path: PathBuf::from(DATABASE) }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Corrupt { detail: error.to_string() }
            }
            Some(
                ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::FileLockingProtocolFailed,
            ) => Self::Busy,
            Some(_) => Self::Database(Box::new(error)),
            None => unreadable(error),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Database(Box::new(error))
    }
}

/// A value of another type than the schema says is damage; the rest are misuses of the library.
fn unreadable(error: rusqlite::Error) -> StoreError {
    match error {
        rusqlite::Error::InvalidColumnType(..)
        | rusqlite::Error::FromSqlConversionFailure(..)
        | rusqlite::Error::IntegralValueOutOfRange(..) => {
            StoreError::Corrupt { detail: error.to_string() }
        }
        other => StoreError::Database(Box::new(other)),
    }
}

/// A failure about `path` in the file system.
pub(super) fn of_file(path: &Path, source: io::Error) -> StoreError {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { path: path.to_path_buf() }
        }
        _ => StoreError::File { path: path.to_path_buf(), source },
    }
}

/// The same failure with the whole path of the database instead of its name.
pub(super) fn located(error: StoreError, database: &Path) -> StoreError {
    match error {
        StoreError::ReadOnly { path } if path == Path::new(DATABASE) => {
            StoreError::ReadOnly { path: database.to_path_buf() }
        }
        StoreError::File { path, source } if path == Path::new(DATABASE) => {
            StoreError::File { path: database.to_path_buf(), source }
        }
        other => other,
    }
}

/// Damage found by ourselves.
pub(super) fn corrupt(detail: impl Into<String>) -> StoreError {
    StoreError::Corrupt { detail: detail.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_beyond_a_limit_is_no_bug_and_names_the_database() {
        let failed = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(IOERR_WRITE), None);

        let error = located(failed.into(), Path::new("/home/knowledge.db"));

        let told = error.to_string();
        assert!(matches!(error, StoreError::File { .. }), "{told}");
        assert!(told.starts_with("/home/knowledge.db: ") && told.contains("ulimit -f"), "{told}");
    }
}
