//! The whole tree over chains, computed anew.
//!
//! Chains themselves are held against the entries by whoever reads those anyway; here they are taken as they lie, and every node
//! above them must be what follows from them, up to the signature.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::sqlite::log::chains::reading::check_root;
use crate::store::sqlite::log::chains::rows::{OWNERS_ROW, TreeNode, chain, name, node, path};
use crate::store::sqlite::rows::{count, many, one};
use record::audit::chain::node_hash;
use record::audit::key::VerifierKey;
use record::domain::digest::Digest;

/// Finds the first node that does not follow from the chains, or that nothing signed for.
pub(crate) fn misfit(
    connection: &Connection,
    key: &VerifierKey,
) -> Result<Option<String>, StoreError> {
    let rows: Vec<i64> =
        many(connection, "SELECT proposal FROM chains", [], |row| Ok(row.get(0)?))?;
    let mut level = BTreeMap::new();
    for row in rows {
        level.insert(row, chain(connection, row)?.leaf(&name(connection, row)?));
    }
    let mut nodes = 0;
    for (first, _) in path(OWNERS_ROW)? {
        let computed = above(first, &level)?;
        level.clear();
        for (position, wanted) in computed {
            let hash = node_hash(&wanted.hashes);
            if node(connection, first + position)?.hashes != wanted.hashes {
                let place = first + position;
                return Ok(Some(format!(
                    "chain_nodes: place {place} does not follow from the chains"
                )));
            }
            nodes += 1;
            level.insert(position, hash);
        }
    }
    let stored = one(connection, "SELECT count(*) FROM chain_nodes", [], |row| count(row, 0))?;
    if stored != Some(nodes) {
        return Ok(Some("chain_nodes: a row belongs to nothing".to_owned()));
    }
    let root = level.get(&0).copied().unwrap_or(Digest::ZERO);
    match check_root(connection, key, root) {
        Ok(()) => Ok(None),
        Err(StoreError::Corrupt { detail }) => Ok(Some(detail)),
        Err(error) => Err(error),
    }
}

/// Computes the nodes above these hashes.
fn above(first: i64, below: &BTreeMap<i64, Digest>) -> Result<BTreeMap<i64, TreeNode>, StoreError> {
    let mut nodes: BTreeMap<i64, TreeNode> = BTreeMap::new();
    for (position, hash) in below {
        let Some((place, slot)) = path(*position)?.first().copied() else { continue };
        nodes.entry(place).or_insert_with(|| TreeNode::empty(first + place)).set(slot, hash);
    }
    Ok(nodes)
}
