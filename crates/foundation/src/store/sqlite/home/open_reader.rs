//! Opens the database of a home for reading, without a lock and without writing.
//!
//! A reader never migrates: a database of another schema is refused with both versions named. Media on which no file can
//! be made, such as a mounted backup, are read as they lie.

use std::path::Path;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::connection::{Access, open};
use crate::store::sqlite::failure::located;
use crate::store::sqlite::home::head_file;
use crate::store::sqlite::home::header::{Found, inspect_home, wal_bytes};
use crate::store::sqlite::home::schema::{KNOWN, check_number, refuse_unknown};

/// The database as a reader finds it.
pub(crate) enum Readable {
    /// No database yet.
    Nothing,
    /// A connection that sees what the writer commits.
    Live(Connection),
}

/// Opens a database for reading, without a lock and without writing.
pub(crate) fn open_for_reading(path: &Path) -> Result<Readable, StoreError> {
    let found = inspect_home(path)?;
    refuse_unknown(found)?;
    match found {
        Found::Nothing => return refuse_loss(path).map(|()| Readable::Nothing),
        Found::Database { schema } if schema < KNOWN => {
            check_number(&open(path, Access::Read)?, schema)
                .map_err(|error| located(error, path))?;
            return Err(StoreError::OlderSchema { found: schema, known: KNOWN });
        }
        Found::Database { .. } => {}
    }
    let connection = open_reader(path).map_err(|error| located(error, path))?;
    Ok(Readable::Live(connection))
}

/// Refuses a home whose database is gone: the head outside knows of entries.
fn refuse_loss(path: &Path) -> Result<(), StoreError> {
    let head = path.parent().map(head_file::load).transpose()?.flatten();
    let lost = |head| StoreError::RolledBack { head: head_file::signed_size(&head), database: 0 };
    head.map_or(Ok(()), |head| Err(located(lost(head), path)))
}

fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let probe = |connection: Connection| -> Result<Connection, StoreError> {
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        Ok(connection)
    };
    let live = open(path, Access::Read).and_then(probe);
    let is_still = wal_bytes(path) == 0;
    match live {
        // SQLite makes a shared-memory file beside a database in WAL mode. Where it cannot, and no write-ahead log waits
        // to be read, the one file is all there is.
        Err(StoreError::Database(_) | StoreError::ReadOnly { .. } | StoreError::DiskFull)
            if is_still =>
        {
            open(path, Access::Immutable).and_then(probe)
        }
        other => other,
    }
}
