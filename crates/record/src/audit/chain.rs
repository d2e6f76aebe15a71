//! Chains over the entries about one thing, and a signed tree over all chains.
//!
//! The log says what happened, but not which of its entries are about one proposal: without a scan nobody could tell that one was
//! left out. So each proposal has a chain, the hash of all leaf hashes of its entries in order, and the keys and policies of the
//! owners share one. A tree over the chains changes with every entry, and its root is signed together with the head of the log:
//! who reads the entries about a proposal knows that they are all of them. Chains are no part of the log; they follow from it.

use crate::audit::key::{LogKey, VerifierKey};
use crate::audit::proof::TreeHead;
use crate::domain::digest::Digest;

/// Hashes in a node of the tree over chains.
pub const FANOUT: usize = 64;
/// Levels of that tree: room for 64^4 chains.
pub const LEVELS: u8 = 4;
/// The name of the chain of the owners' keys and policies.
pub const OWNERS: &str = "owners";

/// All entries about one thing so far, in one hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Number of the entries.
    pub entries: u64,
    /// The hash over their leaf hashes; zeros for none.
    pub hash: Digest,
}

impl Chain {
    /// A chain of no entries.
    pub const EMPTY: Self = Self { entries: 0, hash: Digest::ZERO };

    /// Returns the chain with one more entry.
    #[must_use]
    pub fn with(self, leaf: &Digest) -> Self {
        let hash = Digest::of_parts(&[b"chain", self.hash.as_bytes(), leaf.as_bytes()]);
        Self { entries: self.entries + 1, hash }
    }

    /// Returns the leaf of this chain in the tree; zeros where it has no entries.
    pub fn leaf(&self, name: &str) -> Digest {
        if self.entries == 0 {
            return Digest::ZERO;
        }
        let entries = self.entries.to_be_bytes();
        Digest::of_parts(&[b"leaf", &entries, self.hash.as_bytes(), name.as_bytes()])
    }
}

/// Returns the hash of a node of the tree over chains; zeros where everything below is empty.
pub fn node_hash(hashes: &[u8]) -> Digest {
    if hashes.iter().all(|byte| *byte == 0) {
        return Digest::ZERO;
    }
    Digest::of_parts(&[b"node", hashes])
}

/// A tree over chains together with the head of the log that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct ChainHead<'a> {
    /// The name of the log.
    pub origin: &'a str,
    /// Size and root of the log.
    pub log: TreeHead,
    /// The root over all chains.
    pub chains: Digest,
}

impl ChainHead<'_> {
    /// Returns the signed text; its first line can be no name of a log, so it never passes for a checkpoint.
    fn text(&self) -> String {
        let Self { origin, log: TreeHead { size, root }, chains } = self;
        format!("saraphina chains v1\n{origin}\n{size}\n{root}\n{chains}\n")
    }

    /// Signs it with the key of the log.
    pub fn sign(&self, key: &LogKey) -> [u8; 64] {
        key.sign_bytes(self.text().as_bytes())
    }

    /// Tells whether the key of the log signed it.
    pub fn is_signed(&self, key: &VerifierKey, signature: &[u8]) -> bool {
        let signature: Result<&[u8; 64], _> = signature.try_into();
        signature.is_ok_and(|signature| key.has_signed(self.text().as_bytes(), signature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(byte: u8) -> Digest {
        Digest::from_bytes([byte; 32])
    }

    #[test]
    fn another_order_number_or_name_gives_another_leaf() {
        let chain = Chain::EMPTY.with(&digest(1)).with(&digest(2));

        assert_ne!(chain, Chain::EMPTY.with(&digest(2)).with(&digest(1)));
        assert_ne!(chain.leaf("a"), chain.leaf("b"));
        assert_ne!(chain.leaf("a"), Chain { entries: 1, ..chain }.leaf("a"));
        assert_eq!(Chain::EMPTY.leaf("a"), Digest::ZERO);
    }

    #[test]
    fn a_signature_counts_for_one_head_and_is_no_checkpoint() {
        let key = LogKey::from_seed("log", &[7; 32]).unwrap();
        let log = TreeHead { size: 3, root: digest(1) };
        let head = ChainHead { origin: "log", log, chains: digest(2) };
        let signature = head.sign(&key);

        assert!(head.is_signed(key.verifier(), &signature));
        assert!(!ChainHead { chains: digest(3), ..head }.is_signed(key.verifier(), &signature));
        let other = TreeHead { size: 4, ..log };
        assert!(!ChainHead { log: other, ..head }.is_signed(key.verifier(), &signature));
        assert!(!key.verifier().has_signed(b"log\n3\n", &signature));
    }
}
