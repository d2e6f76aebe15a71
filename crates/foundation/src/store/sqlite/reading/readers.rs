//! The pool of read-only connections.
//!
//! A connection serves one read at a time, inside a transaction: each read sees one moment. Connections to a file that
//! a restore has replaced are noticed by its number in the file system and dropped.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::connection::open_in_memory;
use crate::store::sqlite::failure::located;
use crate::store::sqlite::home::open_reader::{Readable, open_for_reading};
use crate::store::sqlite::home::schema::{migrate, runner};
use crate::store::sqlite::rows::execute;

/// Connections kept for the next reads.
const KEPT: usize = 4;

/// Hands out connections, each to one read at a time.
pub(crate) struct Readers {
    database: PathBuf,
    idle: Mutex<Vec<Reader>>,
}

/// A connection and the file it reads, which a restore can take from under its name.
struct Reader {
    connection: Connection,
    file: Option<u64>,
}

impl Readers {
    /// A pool for this database; it opens the first connection to see that it can.
    pub(crate) fn open(database: &Path) -> Result<Self, StoreError> {
        let readers = Self { database: database.to_path_buf(), idle: Mutex::default() };
        if let Some(reader) = readers.take()? {
            readers.put(reader);
        }
        Ok(readers)
    }

    /// Reads with one connection, as of one moment.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.run(work).map_err(|error| located(error, &self.database))
    }

    fn run<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let Some(reader) = self.take()? else {
            return work(&empty_database()?);
        };
        let connection = &reader.connection;
        execute(connection, "BEGIN", [])?;
        let answer = work(connection);
        execute(connection, "COMMIT", [])?;
        self.put(reader);
        answer
    }

    /// Reads with one connection outside a transaction, for checks that take long.
    pub(crate) fn read_long<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let answer = match open_for_reading(&self.database)? {
            Readable::Nothing => work(&empty_database()?),
            Readable::Live(connection) => work(&connection),
        };
        answer.map_err(|error| located(error, &self.database))
    }

    /// `None` while there is no database.
    fn take(&self) -> Result<Option<Reader>, StoreError> {
        let file = self.file();
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(reader) = idle.filter(|reader| reader.file == file) {
            return Ok(Some(reader));
        }
        match open_for_reading(&self.database)? {
            Readable::Nothing => Ok(None),
            Readable::Live(connection) => Ok(Some(Reader { connection, file })),
        }
    }

    fn put(&self, reader: Reader) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < KEPT {
            idle.push(reader);
        }
    }

    /// The file that has the name of the database now.
    fn file(&self) -> Option<u64> {
        std::fs::metadata(&self.database).ok().map(|metadata| metadata.ino())
    }

    /// Closes the connections that no read holds.
    pub(crate) fn close(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A home without a database reads as one with an empty database.
fn empty_database() -> Result<Connection, StoreError> {
    let mut connection = open_in_memory()?;
    migrate(&mut connection, runner())?;
    Ok(connection)
}
