//! RFC 6962 tree hashes, and appending to a tree by its right edge.
//!
//! The store keeps complete subtrees, which never change, and appends with a frontier of at most 64 hashes: the cost of an entry
//! does not grow with the log.

use sha2::{Digest as _, Sha256};

use crate::domain::digest::Digest;

/// The place of a complete subtree: `level` 0 holds the leaves, `index` counts from the left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeRef {
    /// Height of the subtree; it covers 2^level leaves.
    pub level: u8,
    /// Position among the subtrees of this level.
    pub index: u64,
}

/// A complete subtree with its hash; once complete it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it stands.
    pub place: NodeRef,
    /// Its root hash.
    pub hash: Digest,
}

/// The hash of a leaf: SHA-256 of a zero byte and the record's bytes.
pub fn leaf_hash(bytes: &[u8]) -> Digest {
    Digest::of_parts(&[&[0], bytes])
}

/// The hash of an inner node: SHA-256 of a one byte and both children.
pub(super) fn node_hash(left: &Digest, right: &Digest) -> Digest {
    let mut hasher = Sha256::new();
    hasher.update([1]);
    hasher.update(left.as_bytes());
    hasher.update(right.as_bytes());
    Digest::from_bytes(hasher.finalize().into())
}

/// The root of a tree without leaves.
pub fn empty_root() -> Digest {
    Digest::of(b"")
}

/// The complete subtrees that make up a tree, largest first: all that an append needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Digest>,
}

impl Frontier {
    /// The frontier of a tree without leaves.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Finds where the subtrees of a tree of `size` leaves stand, largest first: what to load for [`Frontier::from_nodes`].
    pub fn places(size: u64) -> impl Iterator<Item = NodeRef> {
        (0..64_u8)
            .rev()
            .filter(move |level| size >> level & 1 == 1)
            .map(move |level| NodeRef { level, index: (size >> level) - 1 })
    }

    /// Takes the hashes of [`Frontier::places`]; `None` when their number does not fit the size.
    pub fn from_nodes(size: u64, peaks: Vec<Digest>) -> Option<Self> {
        (u64::try_from(peaks.len()).ok()? == u64::from(size.count_ones()))
            .then_some(Self { size, peaks })
    }

    /// Tells how many leaves the tree has.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf; yields every subtree that becomes complete, the leaf itself first.
    pub fn push(&mut self, leaf: Digest) -> impl Iterator<Item = Node> + use<> {
        let mut node = Node { place: NodeRef { level: 0, index: self.size }, hash: leaf };
        let mut completed = vec![node];
        while node.place.index % 2 == 1 {
            let Some(left) = self.peaks.pop() else { break };
            let place = NodeRef { level: node.place.level + 1, index: node.place.index / 2 };
            node = Node { place, hash: node_hash(&left, &node.hash) };
            completed.push(node);
        }
        self.peaks.push(node.hash);
        self.size += 1;
        completed.into_iter()
    }

    /// The root of the whole tree.
    pub fn root(&self) -> Digest {
        self.peaks
            .iter()
            .rev()
            .copied()
            .reduce(|right, left| node_hash(&left, &right))
            .unwrap_or_else(empty_root)
    }
}
