//! A whole Merkle tree in memory, able to give the root at any earlier size.
//!
//! The verifier needs it because statements and kept checkpoints refer to earlier states of the log.

use crate::audit::merkle::{Frontier, NodeRef};
use crate::audit::proof::{ProofError, range_root};
use crate::domain::digest::Digest;

/// Every complete subtree of a log, so that the root at any earlier size can be given: 64 bytes a leaf.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    frontier: Frontier,
    levels: Vec<Vec<Digest>>,
}

impl Tree {
    /// Appends a leaf.
    pub fn push(&mut self, leaf: Digest) {
        for node in self.frontier.push(leaf) {
            let level = usize::from(node.place.level);
            if self.levels.len() <= level {
                self.levels.push(Vec::new());
            }
            if let Some(hashes) = self.levels.get_mut(level) {
                hashes.push(node.hash);
            }
        }
    }

    /// Tells how many leaves there are.
    pub const fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The hash of a complete subtree.
    pub fn node(&self, place: NodeRef) -> Option<Digest> {
        let index = usize::try_from(place.index).ok()?;
        self.levels.get(usize::from(place.level))?.get(index).copied()
    }

    /// The root of the first `size` leaves.
    pub fn root_at(&self, size: u64) -> Result<Digest, ProofError> {
        range_root(0, size, &|place| self.node(place))
    }

    /// The root of the first `size` leaves, were the leaf at `index` another one.
    pub(super) fn root_with(
        &self,
        size: u64,
        index: u64,
        leaf: Digest,
    ) -> Result<Digest, ProofError> {
        let mut frontier = Frontier::empty();
        for position in 0..size {
            let place = NodeRef { level: 0, index: position };
            let own = self.node(place).ok_or(ProofError::MissingNode { place })?;
            frontier.push(if position == index { leaf } else { own }).for_each(drop);
        }
        Ok(frontier.root())
    }
}
