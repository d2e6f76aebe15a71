//! Chains that grow with the log, inside the transaction of its writer.
//!
//! The writer keeps the root in memory and holds every node against it before the node changes, so that it never signs what
//! somebody else wrote into the tables.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::log::chains::rows::{OWNERS_ROW, chain, head, name, node, path};
use crate::store::sqlite::log::chains::rows::{set_chain, set_head};
use crate::store::sqlite::rows::{execute, int};
use record::audit::chain::{Chain, ChainHead, node_hash};
use record::audit::key::{LogKey, VerifierKey};
use record::audit::proof::TreeHead;
use record::domain::digest::Digest;

/// The root over all chains, and those that the open transaction lets grow.
#[derive(Clone, Debug)]
pub(crate) struct Chains {
    root: Digest,
    /// Each with what it was before the transaction.
    touched: BTreeMap<i64, Chain>,
}

/// An entry as far as chains go.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) seq: u64,
    /// Whether it is about owners, their keys or their rules.
    pub(crate) is_of_owners: bool,
    /// The row of the proposal it is about.
    pub(crate) proposal: Option<i64>,
    /// Its leaf hash.
    pub(crate) leaf: Digest,
}

impl Chains {
    /// Chains of no entries.
    pub(crate) const EMPTY: Self = Self { root: Digest::ZERO, touched: BTreeMap::new() };

    /// Chains with this root.
    pub(super) const fn of_root(root: Digest) -> Self {
        Self { root, touched: BTreeMap::new() }
    }

    /// Reads the root and holds it against its signature; `None` where the chains are still to be made.
    pub(crate) fn load(
        connection: &Connection,
        key: &VerifierKey,
        log: TreeHead,
    ) -> Result<Option<Self>, StoreError> {
        let (size, signature) = head(connection)?;
        if signature.is_empty() {
            return Ok(None);
        }
        let root = stored_root(connection)?;
        let signed = ChainHead { origin: key.name(), log, chains: root };
        if size != log.size || !signed.is_signed(key, &signature) {
            return Err(corrupt("chain_head: the signature does not fit the chains of this log"));
        }
        Ok(Some(Self::of_root(root)))
    }

    /// Takes one more entry.
    pub(crate) fn take(&mut self, connection: &Connection, link: Link) -> Result<(), StoreError> {
        let row = match (link.is_of_owners, link.proposal) {
            (true, _) => {
                let sql = "INSERT INTO owner_entries (seq) VALUES (?1)";
                execute(connection, sql, [int(link.seq)])?;
                OWNERS_ROW
            }
            (false, Some(row)) => row,
            (false, None) => return Ok(()),
        };
        let before = chain(connection, row)?;
        self.touched.entry(row).or_insert(before);
        set_chain(connection, row, before.with(&link.leaf))
    }

    /// Forgets what a transaction touched that was undone.
    pub(crate) fn forget(&mut self) {
        self.touched.clear();
    }

    /// Brings the tree up to date and signs its root with the head of the log.
    pub(crate) fn sign(
        &mut self,
        connection: &Connection,
        key: &LogKey,
        log: TreeHead,
    ) -> Result<(), StoreError> {
        for (row, before) in std::mem::take(&mut self.touched) {
            let now = chain(connection, row)?;
            // A change that was refused alone leaves its chain as it was.
            if now != before {
                let name = name(connection, row)?;
                self.replace(connection, row, before.leaf(&name), now.leaf(&name))?;
            }
        }
        let signed = ChainHead { origin: key.verifier().name(), log, chains: self.root };
        set_head(connection, log.size, &signed.sign(key))
    }

    fn replace(
        &mut self,
        connection: &Connection,
        row: i64,
        mut old: Digest,
        mut new: Digest,
    ) -> Result<(), StoreError> {
        for (place, slot) in path(row)? {
            let mut node = node(connection, place)?;
            if node.at(slot) != old {
                return Err(unfit(connection, row));
            }
            old = node_hash(&node.hashes);
            node.set(slot, &new);
            new = node_hash(&node.hashes);
            node.store(connection)?;
        }
        if old != self.root {
            return Err(unfit(connection, row));
        }
        self.root = new;
        Ok(())
    }
}

/// The root as the rows give it.
pub(super) fn stored_root(connection: &Connection) -> Result<Digest, StoreError> {
    let top = path(OWNERS_ROW)?.pop().map_or(0, |(place, _)| place);
    Ok(node_hash(&node(connection, top)?.hashes))
}

/// The error for rows that do not lead to the signed root.
pub(super) fn unfit(connection: &Connection, row: i64) -> StoreError {
    let whose = name(connection, row).unwrap_or_else(|_| format!("row {row}"));
    corrupt(format!("chains: the row of {whose}, or a node above it, is not what was signed"))
}
