//! The end of a verification: entries held against signed heads.
//!
//! The chain alone cannot tell that entries are missing at the end, nor that a whole suffix was rewritten. Here the tree is
//! compared with the checkpoint, the copy of the head outside the database and a checkpoint somebody kept.

use crate::audit::checkpoint::{Checkpoint, CheckpointError};
use crate::audit::head::Head;
use crate::audit::key::VerifierKey;
use crate::audit::merkle::NodeRef;
use crate::audit::problem::{Break, Problem};
use crate::audit::proof::{TreeHead, first_difference};
use crate::audit::quorum::Emergency;
use crate::audit::restored::Restored;
use crate::audit::tally::DecisionTally;
use crate::audit::verify::Verifier;
use crate::domain::digest::Digest;

/// A checkpoint whose signature is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// The number of entries signed for.
    pub size: u64,
    /// The root signed for.
    pub root: Digest,
    /// The name and hash of the key that signed.
    pub signed_by: String,
}

/// The result of a verification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Entries read up to the first break.
    pub entries: u64,
    /// The leaf hash of the last of them.
    pub head_hash: Option<Digest>,
    /// The checkpoint, if its signature is good; the head outside where there is no other.
    pub checkpoint: Option<SignedHead>,
    /// Whether nothing is wrong.
    pub ok: bool,
    /// The first bad or missing sequence, where the problem has a place.
    pub first_bad: Option<u64>,
    /// What is wrong.
    pub problem: Option<Problem>,
    /// How the owner's decisions among the entries are signed.
    pub decisions: DecisionTally,
    /// The restores among the entries, oldest first.
    pub restores: Vec<Restored>,
    /// The changes of policy, owners or keys without the quorum, oldest first.
    pub emergencies: Vec<Emergency>,
}

/// A problem with the place it is found at, if it has one.
struct Finding {
    seq: Option<u64>,
    problem: Problem,
}

impl From<Break> for Finding {
    fn from(found: Break) -> Self {
        Self { seq: Some(found.seq), problem: found.problem }
    }
}

/// A signed size and root, or why the note gives none.
type Opened = Result<Checkpoint, CheckpointError>;

impl Verifier {
    /// Compares the entries with the checkpoint beside them and the head outside the database.
    ///
    /// Where a whole suffix was rewritten and only the root tells, the last entry is named: without the stored
    /// subtrees nobody can say more. [`Verifier::finish_with`] can.
    pub fn finish(self, checkpoint: Option<&str>, head: Option<&Head>) -> Verification {
        self.finish_with(checkpoint, head, &|_| None)
    }

    /// The same, with the subtrees of the database or export, which name the first altered entry exactly as long as
    /// they themselves still lead to the signed root.
    pub fn finish_with(
        mut self,
        checkpoint: Option<&str>,
        head: Option<&Head>,
        nodes: &impl Fn(NodeRef) -> Option<Digest>,
    ) -> Verification {
        let note = checkpoint.map(|note| self.open(note));
        let outside = head.map(|head| self.open(&head.note));
        let signed =
            [&note, &outside].into_iter().find_map(|opened| opened.as_ref()?.as_ref().ok());
        let finding = self
            .settle(signed)
            .map(Finding::from)
            .or_else(|| self.compare(note.as_ref(), outside.as_ref(), nodes));
        let label = self.key.as_ref().map(VerifierKey::label);
        Verification {
            entries: self.tree.size(),
            head_hash: self.last,
            checkpoint: signed.zip(label).map(|(signed, signed_by)| SignedHead {
                size: signed.size,
                root: signed.root,
                signed_by,
            }),
            ok: finding.is_none(),
            first_bad: finding.as_ref().and_then(|finding| finding.seq),
            problem: finding.map(|finding| finding.problem),
            decisions: self.decisions,
            restores: self.restores,
            emergencies: self.quorum.emergencies().to_vec(),
        }
    }

    /// Holds the log against a checkpoint that was kept since: what is wrong, and the first missing sequence if it is known.
    ///
    /// One that a restore on record left behind is no fault; [`Verifier::explains`] names that restore.
    pub fn compare_kept(&self, note: &str) -> Option<(Option<u64>, Problem)> {
        let kept = match self.open(note) {
            Ok(kept) => kept,
            Err(error) => return Some((None, Problem::Kept(error))),
        };
        let (size, entries) = (kept.size, self.tree.size());
        if self.restore_that_left(&kept).is_some() {
            return None;
        }
        if size > entries {
            return Some((Some(entries), Problem::BehindKept { size, entries }));
        }
        let is_same = self.tree.root_at(size) == Ok(kept.root);
        (!is_same).then_some((None, Problem::Fork { size }))
    }

    fn open(&self, note: &str) -> Opened {
        match &self.key {
            Some(key) => key.open(note),
            None => Checkpoint::parse_unverified(note),
        }
    }

    /// The break found while reading; two suspects at the end are told apart by the signed root.
    fn settle(&mut self, signed: Option<&Checkpoint>) -> Option<Break> {
        let Some(suspects) = self.suspects.take() else {
            return self.broken.take();
        };
        let repaired = signed.filter(|signed| signed.size <= self.tree.size()).map(|signed| {
            self.tree.root_with(signed.size, suspects.earlier, suspects.replacement)
                == Ok(signed.root)
        });
        Some(suspects.blame(repaired.unwrap_or(true)))
    }

    fn compare(
        &self,
        note: Option<&Opened>,
        outside: Option<&Opened>,
        nodes: &impl Fn(NodeRef) -> Option<Digest>,
    ) -> Option<Finding> {
        let entries = self.tree.size();
        let no_place = |problem| Some(Finding { seq: None, problem });
        let at = |seq, problem| Some(Finding { seq: Some(seq), problem });
        let note = match note.map(Result::as_ref).transpose() {
            Ok(note) => note,
            Err(error) => return no_place(Problem::Checkpoint(error.clone())),
        };
        let outside = match outside.map(Result::as_ref).transpose() {
            Ok(outside) => outside,
            Err(error) => return no_place(Problem::Head(error.clone())),
        };
        // A head that a recorded restore left behind is no sign of a silent one.
        let outside = outside.filter(|head| self.restore_that_left(head).is_none());
        let Some(newest) = note.or(outside) else {
            return no_place(Problem::NoCheckpoint);
        };
        if let Some(Checkpoint { size, .. }) = note.filter(|note| note.size > entries) {
            return at(entries, Problem::CutOff { size: *size, entries });
        }
        if let Some(Checkpoint { size, .. }) = outside.filter(|head| head.size > entries) {
            return at(entries, Problem::RolledBack { size: *size, entries });
        }
        let mismatch = |signed: &Checkpoint| self.tree.root_at(signed.size) != Ok(signed.root);
        if let Some(signed) = [outside, note].into_iter().flatten().find(|signed| mismatch(signed))
        {
            return at(self.locate(signed, nodes), Problem::Root { size: signed.size });
        }
        (newest.size < entries).then_some(Finding {
            seq: Some(newest.size),
            problem: Problem::Unsigned { size: newest.size },
        })
    }

    /// The entry of the restore that names the signed head in this note as one it left behind.
    pub fn explains(&self, note: &str) -> Option<u64> {
        self.restore_that_left(&self.open(note).ok()?).map(|restored| restored.seq)
    }

    fn restore_that_left(&self, head: &Checkpoint) -> Option<&Restored> {
        let head = TreeHead { size: head.size, root: head.root };
        self.restores.iter().find(|restored| restored.names(head))
    }

    fn locate(&self, signed: &Checkpoint, nodes: &impl Fn(NodeRef) -> Option<Digest>) -> u64 {
        let head = TreeHead { size: signed.size, root: signed.root };
        first_difference(head, &|place| self.tree.node(place), nodes)
            .unwrap_or(signed.size.saturating_sub(1))
    }
}
