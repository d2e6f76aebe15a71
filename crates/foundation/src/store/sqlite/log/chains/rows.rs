//! The rows of chains and of the tree over them.
//!
//! Reading and writing only; what a row must hold is checked by whoever reads it, because each reader knows another root.

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::failure::corrupt;
use crate::store::sqlite::rows::{count, digest, execute, int, one};
use record::audit::chain::{Chain, FANOUT, LEVELS, OWNERS};
use record::domain::digest::Digest;

/// The number of the owners' chain.
pub(in crate::store::sqlite) const OWNERS_ROW: i64 = 0;
/// Bytes of a hash.
const HASH: usize = 32;

/// A node of the tree over chains.
pub(super) struct TreeNode {
    place: i64,
    pub(super) hashes: Vec<u8>,
}

/// The chain of a row; an empty one where there is none.
pub(super) fn chain(connection: &Connection, row: i64) -> Result<Chain, StoreError> {
    let sql = "SELECT entries, hash FROM chains WHERE proposal = ?1";
    let found = one(connection, sql, [row], |row| {
        Ok(Chain { entries: count(row, 0)?, hash: digest(row, 1)? })
    })?;
    Ok(found.unwrap_or(Chain::EMPTY))
}

/// Writes the chain of a row.
pub(super) fn set_chain(connection: &Connection, row: i64, chain: Chain) -> Result<(), StoreError> {
    let sql = "INSERT INTO chains (proposal, entries, hash) VALUES (?1, ?2, ?3) \
        ON CONFLICT (proposal) DO UPDATE SET entries = excluded.entries, hash = excluded.hash";
    execute(connection, sql, (row, int(chain.entries), chain.hash.as_bytes())).map(drop)
}

/// The name that enters the leaf of a row: the id of the proposal.
pub(super) fn name(connection: &Connection, row: i64) -> Result<String, StoreError> {
    if row == OWNERS_ROW {
        return Ok(OWNERS.to_owned());
    }
    let sql = "SELECT id FROM proposals WHERE row = ?1";
    let id: Option<String> = one(connection, sql, [row], |row| Ok(row.get(0)?))?;
    id.ok_or_else(|| corrupt(format!("proposals: row {row}, which has entries, is missing")))
}

/// The signed size and its signature.
pub(super) fn head(connection: &Connection) -> Result<(u64, Vec<u8>), StoreError> {
    let sql = "SELECT size, signature FROM chain_head WHERE one = 0";
    let found = one(connection, sql, [], |row| Ok((count(row, 0)?, row.get(1)?)))?;
    found.ok_or_else(|| corrupt("chain_head: its row is missing"))
}

/// Writes the signed size and its signature.
pub(super) fn set_head(
    connection: &Connection,
    size: u64,
    signature: &[u8],
) -> Result<(), StoreError> {
    let sql = "UPDATE chain_head SET size = ?1, signature = ?2 WHERE one = 0";
    execute(connection, sql, (int(size), signature)).map(drop)
}

/// The places of a row on each level: that of its node and its position in it.
pub(super) fn path(row: i64) -> Result<Vec<(i64, usize)>, StoreError> {
    let fanout = i64::try_from(FANOUT).unwrap_or(i64::MAX);
    let mut rest = row;
    let mut places = Vec::with_capacity(usize::from(LEVELS));
    for level in 0..LEVELS {
        let slot = usize::try_from(rest.rem_euclid(fanout)).unwrap_or_default();
        rest /= fanout;
        places.push(((i64::from(level) << 48) | rest, slot));
    }
    if row < 0 || rest != 0 {
        return Err(corrupt(format!("chains: row {row} lies outside the tree")));
    }
    Ok(places)
}

/// A node, without hashes where it is not stored.
pub(super) fn node(connection: &Connection, place: i64) -> Result<TreeNode, StoreError> {
    let sql = "SELECT hashes FROM chain_nodes WHERE place = ?1";
    let hashes: Option<Vec<u8>> = one(connection, sql, [place], |row| Ok(row.get(0)?))?;
    match hashes {
        None => Ok(TreeNode::empty(place)),
        Some(hashes) if hashes.len() == FANOUT * HASH => Ok(TreeNode { place, hashes }),
        Some(_) => Err(corrupt(format!("chain_nodes: place {place} has another length"))),
    }
}

impl TreeNode {
    /// A node over nothing.
    pub(super) fn empty(place: i64) -> Self {
        Self { place, hashes: vec![0; FANOUT * HASH] }
    }

    /// The hash at a position.
    pub(super) fn at(&self, slot: usize) -> Digest {
        let bytes = self.hashes.get(slot * HASH..(slot + 1) * HASH);
        bytes.and_then(|bytes| bytes.try_into().ok()).map_or(Digest::ZERO, Digest::from_bytes)
    }

    /// Puts a hash at a position.
    pub(super) fn set(&mut self, slot: usize, hash: &Digest) {
        if let Some(bytes) = self.hashes.get_mut(slot * HASH..(slot + 1) * HASH) {
            bytes.copy_from_slice(hash.as_bytes());
        }
    }

    /// Stores it.
    pub(super) fn store(&self, connection: &Connection) -> Result<(), StoreError> {
        let sql = "INSERT INTO chain_nodes (place, hashes) VALUES (?1, ?2) \
            ON CONFLICT (place) DO UPDATE SET hashes = excluded.hashes";
        execute(connection, sql, (self.place, &self.hashes)).map(drop)
    }
}
