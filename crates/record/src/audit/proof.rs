//! RFC 6962 proofs: building them from subtrees, and checking them.
//!
//! Building takes complete subtrees from whoever has them (database, tiles, memory); checking needs hashes alone. Indices are
//! hostile input here, so all arithmetic is checked or shifted with care.

use thiserror::Error;

use crate::audit::merkle::{NodeRef, empty_root, node_hash};
use crate::domain::digest::Digest;

/// A proof that cannot be built or does not hold.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ProofError {
    /// The tree is too small for what was asked.
    #[error("position {position} lies outside a tree of {size} entries")]
    OutOfRange {
        /// The leaf or the smaller size.
        position: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The store lacks a complete subtree.
    #[error("the subtree at level {}, index {} is missing", place.level, place.index)]
    MissingNode {
        /// The subtree wanted.
        place: NodeRef,
    },
    /// The proof has the wrong number of hashes for its sizes.
    #[error("the proof has the wrong length")]
    Length,
    /// The hashes do not lead to the root.
    #[error("the proof does not lead to the root")]
    Mismatch,
}

/// The root of the leaves `begin..end`, from complete subtrees.
pub fn range_root(
    begin: u64,
    end: u64,
    nodes: &impl Fn(NodeRef) -> Option<Digest>,
) -> Result<Digest, ProofError> {
    let Some(width) = end.checked_sub(begin) else {
        return Err(ProofError::OutOfRange { position: begin, size: end });
    };
    if width == 0 {
        return Ok(empty_root());
    }
    if width.is_power_of_two() && begin.is_multiple_of(width) {
        let place = NodeRef { level: level_of(width), index: begin / width };
        return nodes(place).ok_or(ProofError::MissingNode { place });
    }
    let middle = begin + split(width);
    Ok(node_hash(&range_root(begin, middle, nodes)?, &range_root(middle, end, nodes)?))
}

/// The hashes that lead from the leaf at `index` to the root of `size` leaves (RFC 6962, 2.1.1).
pub fn inclusion_proof(
    size: u64,
    index: u64,
    nodes: &impl Fn(NodeRef) -> Option<Digest>,
) -> Result<Vec<Digest>, ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { position: index, size });
    }
    let (mut begin, mut end) = (0, size);
    let mut path = Vec::new();
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        if index < middle {
            path.push(range_root(middle, end, nodes)?);
            end = middle;
        } else {
            path.push(range_root(begin, middle, nodes)?);
            begin = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// The hashes that show the first `old` of `new` leaves to be unchanged (RFC 6962, 2.1.2).
pub fn consistency_proof(
    old: u64,
    new: u64,
    nodes: &impl Fn(NodeRef) -> Option<Digest>,
) -> Result<Vec<Digest>, ProofError> {
    if old > new {
        return Err(ProofError::OutOfRange { position: old, size: new });
    }
    if old == 0 {
        return Ok(Vec::new());
    }
    let (mut begin, mut end) = (0, new);
    let mut path = Vec::new();
    while end != old {
        let middle = begin + split(end - begin);
        if old <= middle {
            path.push(range_root(middle, end, nodes)?);
            end = middle;
        } else {
            path.push(range_root(begin, middle, nodes)?);
            begin = middle;
        }
    }
    if begin > 0 {
        path.push(range_root(begin, end, nodes)?);
    }
    path.reverse();
    Ok(path)
}

/// Checks an inclusion proof (RFC 9162, 2.1.3.2).
pub fn verify_inclusion(
    leaf: Digest,
    index: u64,
    size: u64,
    path: &[Digest],
    root: Digest,
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { position: index, size });
    }
    let (mut position, mut last, mut hash) = (index, size - 1, leaf);
    for sibling in path {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if position % 2 == 1 || position == last {
            hash = node_hash(sibling, &hash);
            (position, last) = above_right_edge(position, last);
        } else {
            hash = node_hash(&hash, sibling);
        }
        (position, last) = (position / 2, last / 2);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    agree(hash, root)
}

/// A tree's size with its root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// Number of leaves.
    pub size: u64,
    /// Root of those leaves.
    pub root: Digest,
}

/// Checks that `new` extends `old` (RFC 9162, 2.1.4.2).
pub fn verify_consistency(old: TreeHead, new: TreeHead, path: &[Digest]) -> Result<(), ProofError> {
    if old.size > new.size {
        return Err(ProofError::OutOfRange { position: old.size, size: new.size });
    }
    if old.size == 0 || old.size == new.size {
        let expected = if old.size == 0 { empty_root() } else { new.root };
        return if path.is_empty() { agree(old.root, expected) } else { Err(ProofError::Length) };
    }
    let known_start = old.size.is_power_of_two().then_some(old.root);
    let mut hashes = known_start.into_iter().chain(path.iter().copied());
    let first = hashes.next().ok_or(ProofError::Length)?;
    let (mut old_hash, mut new_hash) = (first, first);
    let skipped = (old.size - 1).trailing_ones();
    let (mut position, mut last) = (shift(old.size - 1, skipped), shift(new.size - 1, skipped));
    for sibling in hashes {
        if last == 0 {
            return Err(ProofError::Length);
        }
        if position % 2 == 1 || position == last {
            old_hash = node_hash(&sibling, &old_hash);
            new_hash = node_hash(&sibling, &new_hash);
            (position, last) = above_right_edge(position, last);
        } else {
            new_hash = node_hash(&new_hash, &sibling);
        }
        (position, last) = (position / 2, last / 2);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    agree(old_hash, old.root)?;
    agree(new_hash, new.root)
}

/// The first leaf in which `own` differs from the tree under the trusted `root`, whose subtrees `nodes` tells.
///
/// Every hash from `nodes` is checked against the root on the way down; `None` when one does not lead there.
pub fn first_difference(
    head: TreeHead,
    own: &impl Fn(NodeRef) -> Option<Digest>,
    nodes: &impl Fn(NodeRef) -> Option<Digest>,
) -> Option<u64> {
    let (mut begin, mut end, mut hash) = (0, head.size, head.root);
    while end - begin > 1 {
        let middle = begin + split(end - begin);
        let left = range_root(begin, middle, nodes).ok()?;
        let right = range_root(middle, end, nodes).ok()?;
        if node_hash(&left, &right) != hash {
            return None;
        }
        if range_root(begin, middle, own).ok()? == left {
            (begin, hash) = (middle, right);
        } else {
            (end, hash) = (middle, left);
        }
    }
    Some(begin)
}

/// Climbs past the levels where the node has no sibling on its right.
fn above_right_edge(position: u64, last: u64) -> (u64, u64) {
    let levels = if position == 0 { 0 } else { position.trailing_zeros() };
    (shift(position, levels), shift(last, levels))
}

fn shift(value: u64, bits: u32) -> u64 {
    value.checked_shr(bits).unwrap_or(0)
}

fn agree(found: Digest, wanted: Digest) -> Result<(), ProofError> {
    if found == wanted { Ok(()) } else { Err(ProofError::Mismatch) }
}

/// The largest power of two below `width`, which is at least two.
const fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

fn level_of(width: u64) -> u8 {
    u8::try_from(width.ilog2()).unwrap_or(u8::MAX)
}
