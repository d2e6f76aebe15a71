//! Reads all entries about a proposal, or all of the owners, as signed.
//!
//! The rows found must give the chain, the chain must lead to the root over all chains, and that must be signed together with the
//! newest head of the log. So an entry that was hidden, added, moved or altered is noticed without reading the others.

use std::sync::Arc;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::query::{Entry, LogRow};
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::log::chains::growing::unfit;
use crate::store::sqlite::log::chains::known::KnownChain;
use crate::store::sqlite::log::chains::rows::{OWNERS_ROW, chain, head, name, node, path};
use crate::store::sqlite::log::records;
use crate::store::sqlite::log::tail::stored_root;
use crate::store::sqlite::rows::{count, int, many};
use record::audit::chain::{Chain, ChainHead, node_hash};
use record::audit::head::Head;
use record::audit::key::VerifierKey;
use record::audit::merkle::leaf_hash;
use record::audit::proof::TreeHead;
use record::audit::record::Record;
use record::domain::digest::Digest;

/// The entries of the owners; a plain join would have SQLite walk the whole log, in whose order the answer is wanted.
const OF_OWNERS: &str = "SELECT l.seq, l.record FROM owner_entries o \
    CROSS JOIN audit_log l ON l.seq = o.seq ORDER BY o.seq";

/// All entries about a proposal, oldest first; `known` are those that were read before.
pub(crate) fn of_proposal(
    connection: &Connection,
    key: &VerifierKey,
    row: i64,
    known: KnownChain,
) -> Result<KnownChain, StoreError> {
    let mut all = extended(connection, row, known)?;
    if all.chain != chain(connection, row)? {
        // What is known may be of a log that was put back since: then all of it counts anew.
        all = extended(connection, row, KnownChain::NOTHING)?;
    }
    check(connection, key, row, all.chain)?;
    Ok(all)
}

/// Reads on behind the entries that are known.
fn extended(
    connection: &Connection,
    row: i64,
    mut known: KnownChain,
) -> Result<KnownChain, StoreError> {
    let sql = "SELECT seq, record FROM audit_log WHERE proposal = ?1 AND seq > ?2 ORDER BY seq";
    let newest = known.newest().map_or(-1, int);
    let rows = many(connection, sql, [row, newest], |row| {
        Ok(LogRow { seq: count(row, 0)?, bytes: row.get(1)? })
    })?;
    for row in rows {
        known.chain = known.chain.with(&leaf_hash(&row.bytes));
        let record = Record::parse(&row.bytes)
            .map_err(|error| corrupt(format!("audit_log: entry {}: {error}", row.seq)))?;
        known.entries.push(Arc::new(Entry { record, row }));
    }
    Ok(known)
}

/// All entries by which owners changed keys and policy, oldest first.
pub(crate) fn of_owners(
    connection: &Connection,
    key: &VerifierKey,
) -> Result<Vec<LogRow>, StoreError> {
    let entries = many(connection, OF_OWNERS, [], |row| {
        Ok(LogRow { seq: count(row, 0)?, bytes: row.get(1)? })
    })?;
    if entries.is_empty() && records::size(connection)? == 0 {
        return Ok(entries);
    }
    let leaves = entries.iter().map(|row| leaf_hash(&row.bytes));
    let found = leaves.fold(Chain::EMPTY, |chain, leaf| chain.with(&leaf));
    check(connection, key, OWNERS_ROW, found)?;
    Ok(entries)
}

/// Refuses a database that the head outside knows to be older, or another one.
pub(crate) fn check_outside(
    connection: &Connection,
    key: &VerifierKey,
    head: Option<&Head>,
) -> Result<(), StoreError> {
    let Some(head) = head else { return Ok(()) };
    let database = records::size(connection)?;
    let signed = key.open(&head.note).map_err(|error| corrupt(format!("log.head: {error}")))?;
    let is_ours =
        signed.size <= database && stored_root(connection, signed.size)? == Some(signed.root);
    if is_ours { Ok(()) } else { Err(StoreError::apart(signed.size, database)) }
}

fn check(
    connection: &Connection,
    key: &VerifierKey,
    row: i64,
    found: Chain,
) -> Result<(), StoreError> {
    let name = name(connection, row)?;
    if found != chain(connection, row)? {
        let problem = format!("audit_log: the entries about {name} are not all there, or altered");
        return Err(corrupt(problem));
    }
    let mut hash = found.leaf(&name);
    for (place, slot) in path(row)? {
        let node = node(connection, place)?;
        if node.at(slot) != hash {
            return Err(unfit(connection, row));
        }
        hash = node_hash(&node.hashes);
    }
    check_root(connection, key, hash)
}

pub(super) fn check_root(
    connection: &Connection,
    key: &VerifierKey,
    chains: Digest,
) -> Result<(), StoreError> {
    let log = signed_head(connection, key)?;
    let (size, signature) = head(connection)?;
    let signed = ChainHead { origin: key.name(), log, chains };
    if size == log.size && signed.is_signed(key, &signature) {
        return Ok(());
    }
    Err(corrupt("chain_head: the signature does not fit the chains of this log"))
}

/// The newest signed head, which must reach to the last entry.
fn signed_head(connection: &Connection, key: &VerifierKey) -> Result<TreeHead, StoreError> {
    let note = records::state(connection)?.checkpoint;
    let signed = key.open(&note).map_err(|error| corrupt(format!("audit_checkpoint: {error}")))?;
    if signed.size != records::size(connection)? {
        return Err(corrupt("audit_checkpoint: the newest head is not that of all entries"));
    }
    Ok(TreeHead { size: signed.size, root: signed.root })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entries_of_the_owners_are_found_without_a_walk_over_the_log() {
        let connection = Connection::open_in_memory().unwrap();
        let tables = "CREATE TABLE owner_entries (seq INTEGER PRIMARY KEY) STRICT;
            CREATE TABLE audit_log (seq INTEGER PRIMARY KEY, record BLOB NOT NULL) STRICT;";
        connection.execute_batch(tables).unwrap();

        let sql = format!("EXPLAIN QUERY PLAN {OF_OWNERS}");
        let steps: Vec<String> = many(&connection, &sql, [], |row| Ok(row.get(3)?)).unwrap();

        assert_eq!(steps, ["SCAN o", "SEARCH l USING INTEGER PRIMARY KEY (rowid=?)"]);
    }
}
