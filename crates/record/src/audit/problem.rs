//! Everything that can be wrong with a log, each with its sentence.
//!
//! The verifier names the first place that does not hold. The kinds are told apart because they call for different actions: a cut
//! off end is a rollback, a changed entry is tampering, a missing checkpoint may be a mistake.

use thiserror::Error;

use crate::audit::checkpoint::CheckpointError;
use crate::audit::decision::DecisionError;
use crate::audit::grounds::GroundsError;
use crate::audit::plain::PlainError;
use crate::audit::quorum::QuorumError;
use crate::audit::sealing::RecordError;
use crate::audit::signers::SignerError;

/// The first place where a log stops holding.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("entry {seq}: {problem}")]
pub struct Break {
    /// The first bad or missing sequence.
    pub seq: u64,
    /// What is wrong there.
    #[source]
    pub problem: Problem,
}

/// A fault of a log, as one sentence for people, cause included.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Problem {
    /// The bytes are no canonical record.
    #[error("the entry cannot be read: {0}")]
    Unreadable(RecordError),
    /// The hashes on both sides do not fit the entry.
    #[error("the entry was altered: its bytes do not fit the chain")]
    Altered,
    /// An entry with a later sequence stands here.
    #[error("the entry is missing or out of place: entry {found} stands there")]
    Missing {
        /// The sequence found in its place.
        found: u64,
    },
    /// An entry with an earlier sequence stands here.
    #[error("an entry was inserted or moved: sequence {found} occurs again")]
    Inserted {
        /// The sequence that occurs again.
        found: u64,
    },
    /// The entry belongs to another log.
    #[error("the entry belongs to the log {found}")]
    ForeignLog {
        /// The origin in the entry.
        found: String,
    },
    /// The first entry, and only it, is the genesis.
    #[error("the first entry, and no other, must be the genesis of the log")]
    Genesis,
    /// The genesis names no key that can be read, or another one.
    #[error("the log was begun with the key {found:?}, not {wanted:?}")]
    ForeignKey {
        /// The key in the genesis.
        found: String,
        /// The key that was given, or the name it would need.
        wanted: String,
    },
    /// No honest program writes such an entry.
    #[error("the entry cannot be as it says: {0}")]
    Plain(PlainError),
    /// The statement or signature does not fit.
    #[error("the decision does not hold: {0}")]
    Decision(DecisionError),
    /// No enrolled key vouches for the entry.
    #[error("the entry is not by an enrolled key: {0}")]
    Signer(SignerError),
    /// Too few owners agreed to a change of policy, owners or keys.
    #[error("the change of policy or keys does not hold: {0}")]
    Quorum(QuorumError),
    /// The entries before it do not bear the decision, the end of one, a revision or an application.
    #[error("the entry does not follow from the log: {0}")]
    Grounds(GroundsError),
    /// The owner saw another log than this one.
    #[error("the decision was made on another history of {size} entries")]
    History {
        /// The size of the log that the owner saw.
        size: u64,
    },
    /// The same signed decision stands in the log twice.
    #[error("the decision repeats an earlier one")]
    Replayed,
    /// Nothing signed says how long the log is.
    #[error("there is no signed checkpoint")]
    NoCheckpoint,
    /// The checkpoint in the database or export does not hold.
    #[error("the checkpoint does not hold: {0}")]
    Checkpoint(CheckpointError),
    /// The copy outside the database does not hold.
    #[error("the head outside the database does not hold: {0}")]
    Head(CheckpointError),
    /// Entries that were signed for are gone.
    #[error("the log is cut off: {size} entries were signed, {entries} are there")]
    CutOff {
        /// The signed size.
        size: u64,
        /// The entries found.
        entries: u64,
    },
    /// The copy outside is newer than the database.
    #[error("the database was rolled back: the head outside has {size} entries, it has {entries}")]
    RolledBack {
        /// The size in the head.
        size: u64,
        /// The entries found.
        entries: u64,
    },
    /// Entries that nobody signed for follow the signed ones.
    #[error("the entry is not covered by the signed checkpoint of {size} entries")]
    Unsigned {
        /// The signed size.
        size: u64,
    },
    /// The entries are not those that were signed.
    #[error("the entries do not lead to the signed root of {size} entries")]
    Root {
        /// The signed size.
        size: u64,
    },
    /// The checkpoint that was kept does not hold.
    #[error("the kept checkpoint does not hold: {0}")]
    Kept(CheckpointError),
    /// Less is here than was signed for when the checkpoint was kept.
    #[error("the log was rolled back: the kept checkpoint has {size} entries, it has {entries}")]
    BehindKept {
        /// The size of the kept checkpoint.
        size: u64,
        /// The entries found.
        entries: u64,
    },
    /// The log does not begin with what was signed for when the checkpoint was kept.
    #[error("the log is a fork: it does not begin with the {size} entries of the kept checkpoint")]
    Fork {
        /// The size of the kept checkpoint.
        size: u64,
    },
}
