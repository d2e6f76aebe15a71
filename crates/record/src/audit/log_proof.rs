//! Proofs about a log as text: of one entry, and of growth since an earlier size.
//!
//! The forms are C2SP tlog-proof and what tlog-witness asks for, each with the signed checkpoint inside, so that a proof can be
//! checked with a leaf, a key and nothing else. The program only writes them; reading is for auditors who build on this crate.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::audit::checkpoint::{Checkpoint, CheckpointError};
use crate::audit::key::VerifierKey;
use crate::audit::merkle::NodeRef;
use crate::audit::proof::{
    ProofError, TreeHead, consistency_proof, inclusion_proof, verify_consistency, verify_inclusion,
};
use crate::domain::digest::Digest;

/// The first line of an inclusion proof.
const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// Longest text that is read: 63 hashes and a note.
const MAX_BYTES: usize = 16_384;

/// That an entry stands in a log, in the form of C2SP tlog-proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionText {
    /// The sequence number of the entry.
    pub seq: u64,
    /// The hashes that lead from its leaf to the root.
    pub path: Vec<Digest>,
    /// The signed checkpoint.
    pub note: String,
}

/// That a log only grew since an earlier size, in the form that C2SP tlog-witness asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowthText {
    /// The earlier size.
    pub old: u64,
    /// The consistency proof.
    pub path: Vec<Digest>,
    /// The signed checkpoint of the later size.
    pub note: String,
}

/// A proof that does not show what it should.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum LogProofError {
    /// The checkpoint in it is not good.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The hashes do not lead to the root.
    #[error(transparent)]
    Proof(#[from] ProofError),
}

impl InclusionText {
    /// The proof that entry `seq` stands in the log of `note`, whose subtrees `nodes` gives.
    pub fn build(
        seq: u64,
        note: &str,
        nodes: &impl Fn(NodeRef) -> Option<Digest>,
    ) -> Result<Self, LogProofError> {
        let size = Checkpoint::parse_unverified(note)?.size;
        Ok(Self { seq, path: inclusion_proof(size, seq, nodes)?, note: note.to_owned() })
    }

    /// The text.
    pub fn text(&self) -> String {
        let Self { seq, path, note } = self;
        format!("{HEADER}\nindex {seq}\n{}\n{note}", lines(path))
    }

    /// Reads the text; refuses every spelling but the one of [`InclusionText::text`].
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix(HEADER)?.strip_prefix("\nindex ")?;
        let (seq, path, note) = parts(rest, text.len())?;
        let proof = Self { seq, path, note };
        (proof.text() == text).then_some(proof)
    }

    /// Checks it for the leaf with the key of the log.
    pub fn check(&self, leaf: Digest, key: &VerifierKey) -> Result<Checkpoint, LogProofError> {
        let head = key.open(&self.note)?;
        verify_inclusion(leaf, self.seq, head.size, &self.path, head.root)?;
        Ok(head)
    }
}

impl GrowthText {
    /// The proof that the log of `note` begins with the first `old` entries it had.
    pub fn build(
        old: u64,
        note: &str,
        nodes: &impl Fn(NodeRef) -> Option<Digest>,
    ) -> Result<Self, LogProofError> {
        let size = Checkpoint::parse_unverified(note)?.size;
        Ok(Self { old, path: consistency_proof(old, size, nodes)?, note: note.to_owned() })
    }

    /// The text.
    pub fn text(&self) -> String {
        let Self { old, path, note } = self;
        format!("old {old}\n{}\n{note}", lines(path))
    }

    /// Reads the text; refuses every spelling but the one of [`GrowthText::text`].
    pub fn parse(text: &str) -> Option<Self> {
        let (old, path, note) = parts(text.strip_prefix("old ")?, text.len())?;
        let proof = Self { old, path, note };
        (proof.text() == text).then_some(proof)
    }

    /// Checks it from the root that the log had at the earlier size.
    pub fn check(&self, root: Digest, key: &VerifierKey) -> Result<Checkpoint, LogProofError> {
        let head = key.open(&self.note)?;
        let (old, new) =
            (TreeHead { size: self.old, root }, TreeHead { size: head.size, root: head.root });
        verify_consistency(old, new, &self.path)?;
        Ok(head)
    }
}

/// Base64, a line each.
fn lines(path: &[Digest]) -> String {
    path.iter().map(|hash| STANDARD.encode(hash.as_bytes()) + "\n").collect()
}

fn parts(rest: &str, length: usize) -> Option<(u64, Vec<Digest>, String)> {
    if length > MAX_BYTES {
        return None;
    }
    let (number, rest) = rest.split_once('\n')?;
    let (hashes, note) = match rest.strip_prefix('\n') {
        Some(note) => ("", note),
        None => rest.split_once("\n\n")?,
    };
    let hash = |line: &str| Some(Digest::from_bytes(STANDARD.decode(line).ok()?.try_into().ok()?));
    let path = hashes.lines().map(hash).collect::<Option<_>>()?;
    Some((number.parse().ok()?, path, note.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::key::LogKey;
    use crate::audit::merkle::leaf_hash;
    use crate::audit::tree::Tree;

    const ORIGIN: &str = "saraphina/0190a1b2-0000-7000-8000-000000000001";

    fn log(size: u64) -> (LogKey, Tree, String) {
        let key = LogKey::from_seed(ORIGIN, &[7; 32]).unwrap();
        let mut tree = Tree::default();
        (0..size).for_each(|seq| tree.push(leaf_hash(&seq.to_be_bytes())));
        let root = tree.root_at(size).unwrap();
        let note = key.sign(&Checkpoint { origin: ORIGIN.to_owned(), size, root }).unwrap();
        (key, tree, note)
    }

    #[test]
    fn an_inclusion_proof_reads_back_and_holds_for_its_leaf_only() {
        for size in [1, 2, 7, 100] {
            let (key, tree, note) = log(size);
            for seq in [0, size / 2, size - 1] {
                let text =
                    InclusionText::build(seq, &note, &|place| tree.node(place)).unwrap().text();
                let read = InclusionText::parse(&text).unwrap();
                let leaf = leaf_hash(&seq.to_be_bytes());

                assert_eq!(read.check(leaf, key.verifier()).unwrap().size, size);
                assert!(read.check(Digest::ZERO, key.verifier()).is_err());
                assert_eq!(InclusionText::parse(&text.replacen("index ", "index 0", 1)), None);
            }
        }
    }

    #[test]
    fn a_growth_proof_reads_back_and_holds_for_its_root_only() {
        let (key, tree, note) = log(100);
        for old in [0, 1, 64, 77, 100] {
            let text = GrowthText::build(old, &note, &|place| tree.node(place)).unwrap().text();
            let read = GrowthText::parse(&text).unwrap();

            assert!(read.check(tree.root_at(old).unwrap(), key.verifier()).is_ok(), "{old}");
            assert!(read.check(Digest::ZERO, key.verifier()).is_err(), "{old}");
        }
        assert!(GrowthText::build(101, &note, &|place| tree.node(place)).is_err());
        assert_eq!(GrowthText::parse("old 3"), None);
    }
}
