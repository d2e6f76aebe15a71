//! Tells what a database file is without opening it, and keeps its log at length.
//!
//! SQLite changes a file by opening it; the first hundred bytes are read here instead, so that a file that is not ours,
//! or newer, is refused untouched.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;
use crate::store::sqlite::connection::{Access, open};
use crate::store::sqlite::failure::{corrupt, of_file};
use crate::store::sqlite::home::held::{self, Reading};

/// `SARA`: marks the files of this program.
const APPLICATION_ID: u32 = 0x5341_5241;

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER_BYTES: usize = 100;

/// A thousand pages, after which the log starts again from its beginning, and the largest transaction on top.
pub(crate) const USUAL_WAL_BYTES: u64 = 6 << 20;

/// How much of the write-ahead log is lengthened by one write. What one write brings into the memory of the system stays
/// in one piece there, and every later write into a large piece takes the longer: 5 µs for each page instead of 1.
const LENGTHENED_AT_ONCE: usize = 16 << 10;

/// The kind of file at the place of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing, or an empty file.
    Nothing,
    /// A database of ours with this schema.
    Database {
        /// Its schema.
        schema: i64,
    },
}

/// Looks at the bytes of a file without changing any.
pub(crate) fn inspect(path: &Path) -> Result<Found, StoreError> {
    found(path, held::look(path))
}

/// Looks at the database of a home, which is kept open beside the connections to it.
pub(crate) fn inspect_home(path: &Path) -> Result<Found, StoreError> {
    found(path, held::hold(path))
}

fn found(path: &Path, opened: std::io::Result<Reading>) -> Result<Found, StoreError> {
    let has_wal = wal_bytes(path) > 0;
    let Some(header) = read_header(path, opened)? else {
        if has_wal {
            return Err(corrupt("the write-ahead log is there, but its database is missing"));
        }
        return Ok(Found::Nothing);
    };
    let foreign = || StoreError::Foreign { path: path.to_path_buf() };
    let header = Header::parse(&header).ok_or_else(foreign)?;
    if header.application != APPLICATION_ID {
        return Err(foreign());
    }
    if !has_wal {
        header.check_length(path)?;
        return Ok(Found::Database { schema: header.schema });
    }
    // The newest first page may still be in the write-ahead log.
    Ok(Found::Database { schema: schema_with_wal(path).unwrap_or(header.schema) })
}

/// The write-ahead log beside a database.
pub(crate) fn wal_path(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Bytes in the write-ahead log; 0 where there is none.
pub(crate) fn wal_bytes(database: &Path) -> u64 {
    std::fs::metadata(wal_path(database)).map_or(0, |metadata| metadata.len())
}

/// Gives the write-ahead log its usual length in advance, so that a commit overwrites and the system has no new block
/// to note down when it flushes.
///
/// Only zeros are added behind what is there; no frame starts with them, so recovery ends before them as it would at
/// the end of the file.
pub(crate) fn lengthen_wal(database: &Path) -> Result<(), StoreError> {
    let path = wal_path(database);
    let failed = |error| of_file(&path, error);
    let length = wal_bytes(database);
    if !(1..USUAL_WAL_BYTES).contains(&length) {
        return Ok(());
    }
    let file = OpenOptions::new().write(true).open(&path).map_err(failed)?;
    let zeros = [0; LENGTHENED_AT_ONCE];
    for offset in (length..USUAL_WAL_BYTES).step_by(LENGTHENED_AT_ONCE) {
        let missing = usize::try_from(USUAL_WAL_BYTES - offset).unwrap_or_default();
        let piece = zeros.get(..missing).unwrap_or(&zeros);
        file.write_all_at(piece, offset).map_err(failed)?;
    }
    file.sync_all().map_err(failed)
}

fn read_header(
    path: &Path,
    opened: std::io::Result<Reading>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::InvalidInput => {
            return Err(StoreError::Foreign { path: path.to_path_buf() });
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::File { path: path.to_path_buf(), source }),
    };
    let mut header = Vec::with_capacity(HEADER_BYTES);
    file.take(HEADER_BYTES as u64)
        .read_to_end(&mut header)
        .map_err(|error| of_file(path, error))?;
    Ok((!header.is_empty()).then_some(header))
}

fn schema_with_wal(path: &Path) -> Result<i64, StoreError> {
    let connection = open(path, Access::Read)?;
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// The fields of the first hundred bytes that say whose file it is.
struct Header {
    page_bytes: u64,
    pages: u64,
    schema: i64,
    application: u32,
}

impl Header {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let word = |at: usize| -> Option<u32> {
            Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
        };
        if bytes.len() < HEADER_BYTES || !bytes.starts_with(MAGIC) {
            return None;
        }
        let page_bytes = match u16::from_be_bytes(bytes.get(16..18)?.try_into().ok()?) {
            1 => 65_536,
            bytes => u64::from(bytes),
        };
        Some(Self {
            page_bytes,
            pages: u64::from(word(28)?),
            schema: i64::from(word(60)?.cast_signed()),
            application: word(68)?,
        })
    }

    fn check_length(&self, path: &Path) -> Result<(), StoreError> {
        let length = std::fs::metadata(path).map_err(|error| of_file(path, error))?.len();
        let wanted = self.page_bytes * self.pages;
        if length >= wanted {
            return Ok(());
        }
        Err(corrupt(format!("the file has {length} bytes of {wanted}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_lengthened_with_zeros_behind_what_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let mut expected = vec![7; 4_152];
        std::fs::write(wal_path(&database), &expected).unwrap();

        lengthen_wal(&database).unwrap();

        expected.resize(usize::try_from(USUAL_WAL_BYTES).unwrap(), 0);
        assert!(std::fs::read(wal_path(&database)).unwrap() == expected);
    }
}
