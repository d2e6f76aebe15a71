//! The writing connection together with the key and the end of its log.
//!
//! Whoever writes a row also appends a record and signs a new checkpoint, so the three travel as one value. The end of
//! the log is kept in memory; it is read from the file again only when a transaction failed.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::log::tail::{Entry, Tail};
use crate::store::sqlite::rows::{execute, int};
use record::audit::key::LogKey;
use record::domain::act::Act;
use record::domain::time::Timestamp;

/// The database with the key and the end of its log.
pub(crate) struct Ledger {
    pub(crate) connection: Connection,
    pub(crate) key: LogKey,
    pub(crate) tail: Tail,
}

impl Ledger {
    /// Signs the log as it stands: a checkpoint as a note.
    pub(crate) fn note(&self) -> Result<String, StoreError> {
        self.tail.sign(&self.key)
    }

    /// Signs the log as it stands and stores the checkpoint inside the open transaction.
    pub(crate) fn store_checkpoint(&self) -> Result<String, StoreError> {
        let note = self.note()?;
        let sql = "INSERT INTO audit_checkpoint (size, note) VALUES (?1, ?2)";
        execute(&self.connection, sql, (int(self.tail.size()), &note))?;
        Ok(note)
    }

    /// Appends one act of the store's own in its own transaction.
    pub(crate) fn append_alone(&mut self, act: &Act, now: Timestamp) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.tail.advance(&self.connection, &self.key, now)?;
        let entry = Entry { act, idempotency: "", proposal: None };
        self.tail.append(&self.connection, &self.key, &entry)?;
        self.store_checkpoint()?;
        self.connection.execute_batch("COMMIT")?;
        Ok(())
    }
}
