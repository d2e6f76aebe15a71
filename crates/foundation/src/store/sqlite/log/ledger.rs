//! The writing connection together with the key and the end of its log.
//!
//! Whoever writes a row also appends a record and signs a new checkpoint, so the three travel as one value. The end of
//! the log and the root over its chains are kept in memory; they are read from the file again only when a transaction failed.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::log::chains::building;
use crate::store::sqlite::log::chains::growing::{Chains, Link};
use crate::store::sqlite::log::tail::{Entry, Tail};
use crate::store::sqlite::rows::{execute, int};
use record::audit::key::LogKey;
use record::audit::quorum::is_of_owners;
use record::domain::act::Act;
use record::domain::digest::Digest;
use record::domain::time::Timestamp;

/// The database with the key and the end of its log.
pub(crate) struct Ledger {
    pub(crate) connection: Connection,
    pub(crate) key: LogKey,
    pub(crate) tail: Tail,
    pub(crate) chains: Chains,
}

impl Ledger {
    /// Reads the end of the log and the root over its chains; chains that an older program did not know are made.
    pub(crate) fn load(connection: Connection, key: LogKey) -> Result<Self, StoreError> {
        let tail = Tail::load(&connection, key.verifier())?;
        let known = Chains::load(&connection, key.verifier(), tail.head())?;
        if let Some(chains) = known {
            return Ok(Self { connection, key, tail, chains });
        }
        let transaction = connection.unchecked_transaction()?;
        let mut chains = building::build(&transaction, tail.head())?;
        chains.sign(&transaction, &key, tail.head())?;
        transaction.commit()?;
        Ok(Self { connection, key, tail, chains })
    }

    /// Reads both again, as the file has them after a transaction that failed; a file that cannot be read leaves `before`.
    pub(crate) fn reload(&mut self, before: (Tail, Chains)) {
        let key = self.key.verifier();
        let tail = Tail::load(&self.connection, key);
        let read = tail.and_then(|tail| {
            let chains = Chains::load(&self.connection, key, tail.head())?;
            Ok(chains.map(|chains| (tail, chains)))
        });
        (self.tail, self.chains) = read.ok().flatten().unwrap_or(before);
    }

    /// How many records there are.
    pub(crate) fn size(&self) -> u64 {
        self.tail.size()
    }

    /// Appends one record inside the open transaction; its leaf hash.
    pub(crate) fn append(&mut self, entry: &Entry<'_>) -> Result<Digest, StoreError> {
        let seq = self.tail.size();
        let leaf = self.tail.append(&self.connection, &self.key, entry)?;
        let is_of_owners = is_of_owners(entry.act.kind, &entry.act.data);
        let link = Link { seq, is_of_owners, proposal: entry.proposal, leaf };
        self.chains.take(&self.connection, link)?;
        Ok(leaf)
    }

    /// Signs the log as it stands: a checkpoint as a note.
    pub(crate) fn note(&self) -> Result<String, StoreError> {
        self.tail.sign(&self.key)
    }

    /// Signs the log as it stands and stores the checkpoint, and the signed root over the chains, inside the open transaction.
    pub(crate) fn store_checkpoint(&mut self) -> Result<String, StoreError> {
        let note = self.note()?;
        self.chains.sign(&self.connection, &self.key, self.tail.head())?;
        let sql = "INSERT INTO audit_checkpoint (size, note) VALUES (?1, ?2)";
        execute(&self.connection, sql, (int(self.tail.size()), &note))?;
        Ok(note)
    }

    /// Appends one act of the store's own in its own transaction.
    pub(crate) fn append_alone(&mut self, act: &Act, now: Timestamp) -> Result<(), StoreError> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        self.tail.advance(&self.connection, &self.key, now)?;
        let entry = Entry { act, idempotency: "", proposal: None };
        self.append(&entry)?;
        self.store_checkpoint()?;
        self.connection.execute_batch("COMMIT")?;
        Ok(())
    }
}
