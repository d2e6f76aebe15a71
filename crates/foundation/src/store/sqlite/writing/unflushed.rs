//! Writes what may be lost, through a connection that never flushes.
//!
//! The time until a verdict was stored is known only after the commit that stored it. A second flush for one figure
//! would double what an execution waits for the disk, and the connection of the ledger must never be told to skip its
//! flushes: if telling it to flush again failed, decisions would be acknowledged that a power cut takes away. So the
//! writer's thread has this second connection, which does not flush from its first statement on.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::memory::{Remembered, Step};
use crate::store::sqlite::connection::{Access, open};
use crate::store::sqlite::tables::executions;
use crate::store::sqlite::tables::memory::repositories;
use record::domain::id::ExecutionId;

/// Memory for pages, negative for KiB: the memory of a large repository touches many of them.
const CACHE_KIB: i64 = -16_384;

/// The second connection, opened when it is needed first.
pub(crate) struct Unflushed {
    database: PathBuf,
    connection: Option<Connection>,
}

impl Unflushed {
    /// Remembers which database to open.
    pub(crate) const fn new(database: PathBuf) -> Self {
        Self { database, connection: None }
    }

    /// Notes the time an execution took in all; a kill keeps it, a power cut may take it.
    ///
    /// The caller has no open transaction: both connections belong to one thread, and neither could wait for the other.
    pub(crate) fn note_total(&mut self, id: &ExecutionId, total_ms: u64) -> Result<(), StoreError> {
        executions::set_total(self.connection()?, id, total_ms)
    }

    /// Begins to remember a repository, or finds it.
    pub(crate) fn remember(&mut self, name: &str) -> Result<Remembered, StoreError> {
        repositories::begin(self.connection()?, name)
    }

    /// Writes a step of a memory, whole or not at all: it can be built again, so nobody waits for the disk.
    pub(crate) fn memorise(
        &mut self,
        repository: i64,
        version: u64,
        step: &Step,
    ) -> Result<u64, StoreError> {
        let transaction = self.connection()?.unchecked_transaction()?;
        let version = repositories::step(&transaction, repository, version, step)?;
        transaction.commit()?;
        Ok(version)
    }

    /// Writes something else that stands beside the record, whole or not at all.
    pub(crate) fn write<T>(
        &mut self,
        work: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let transaction = self.connection()?.unchecked_transaction()?;
        let written = work(&transaction)?;
        transaction.commit()?;
        Ok(written)
    }

    fn connection(&mut self) -> Result<&mut Connection, StoreError> {
        Ok(match &mut self.connection {
            Some(connection) => connection,
            missing => missing.insert(open_unflushed(&self.database)?),
        })
    }
}

/// With a write-ahead log, NORMAL flushes only when the log is copied into the database, and that is left to the ledger.
/// The next commit of the ledger flushes the whole log file, and with it whatever was written here before.
fn open_unflushed(database: &Path) -> Result<Connection, StoreError> {
    let connection = open(database, Access::Write)?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "cache_size", CACHE_KIB)?;
    connection.busy_timeout(Duration::ZERO)?;
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::home::open_writer::open_for_writing;
    use record::domain::time::Timestamp;

    fn level(connection: &Connection) -> i64 {
        connection.query_row("PRAGMA synchronous", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn the_ledger_flushes_whatever_becomes_of_a_figure() {
        let home = tempfile::tempdir().unwrap();
        let opened = open_for_writing(home.path(), Timestamp::from_millis(0)).unwrap();
        let ledger = &opened.ledger.connection;
        let mut unflushed = Unflushed::new(opened.database.clone());

        let noted = unflushed.note_total(&ExecutionId::derived("a"), 7);
        ledger.execute_batch("BEGIN IMMEDIATE").unwrap();
        let refused = unflushed.note_total(&ExecutionId::derived("a"), 8);
        ledger.execute_batch("COMMIT").unwrap();

        assert!(noted.is_ok());
        assert!(matches!(refused, Err(StoreError::Busy)));
        assert_eq!([level(ledger), level(unflushed.connection.as_ref().unwrap())], [2, 1]);
    }
}
