//! The occasions that owners are told of.
//!
//! What an entry is to an owner follows from the entry alone, by a pure function; whether a decision still waits by the time it is told
//! is asked separately (`waiting.rs`).

use serde_json::Value;

use record::audit::quorum::emergency;
use record::audit::record::Record;
use record::domain::act::ActKind;

/// An occasion to tell an owner of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A revision passed and waits for a decision.
    DecisionNeeded,
    /// A healing ended without success.
    HealingFailed,
    /// An owner approved.
    Approved,
    /// An owner rejected.
    Rejected,
    /// An owner took an approval back.
    Revoked,
    /// An approved revision was written into its target.
    Applied,
    /// It was taken out again.
    RolledBack,
    /// An owner changed policy or keys, or restored, without the others.
    Emergency,
    /// A program was let in.
    TokenAdded,
    /// Nothing happened: the channel is tried.
    Trial,
}

impl Occasion {
    /// Tells what an entry is an occasion of, if of anything.
    pub fn of(record: &Record) -> Option<Self> {
        let says = |name: &str, word: &str| record.data.get(name) == Some(&Value::from(word));
        if emergency(&record.data).is_some() {
            return of_owners(record.kind).then_some(Self::Emergency);
        }
        match record.kind {
            ActKind::ExecutionVerdict => says("verdict", "passed").then_some(Self::DecisionNeeded),
            ActKind::HealingEnded => (!says("stop", "passed")).then_some(Self::HealingFailed),
            ActKind::DecisionApproved | ActKind::DecisionApprovedDespite => Some(Self::Approved),
            ActKind::DecisionRejected => Some(Self::Rejected),
            ActKind::DecisionRevoked => Some(Self::Revoked),
            ActKind::ApplyFinished => says("outcome", "applied").then_some(Self::Applied),
            ActKind::RollbackFinished => says("outcome", "applied").then_some(Self::RolledBack),
            ActKind::OwnerTokenAdded => Some(Self::TokenAdded),
            ActKind::LogGenesis
            | ActKind::OwnerKeyAdded
            | ActKind::OwnerKeyRemoved
            | ActKind::OwnerChangeEndorsed
            | ActKind::OwnerRepositoryAdded
            | ActKind::OwnerRepositoryRemoved
            | ActKind::OwnerTokenRevoked
            | ActKind::OwnerFindingDismissed
            | ActKind::OwnerFindingReinstated
            | ActKind::PolicyChanged
            | ActKind::StoreMigrated
            | ActKind::LogRestored
            | ActKind::BlobPruned
            | ActKind::ProposalCreated
            | ActKind::RevisionAdded
            | ActKind::ModelAnswered
            | ActKind::ModelCalled
            | ActKind::ExecutionLeased
            | ActKind::ExecutionInfraError
            | ActKind::ExecutionAbandoned
            | ActKind::DecisionReopened
            | ActKind::DecisionDismissed
            | ActKind::DecisionExpired
            | ActKind::HealingStarted
            | ActKind::ApplyStarted
            | ActKind::RollbackStarted
            | ActKind::ConceptLearned
            | ActKind::AuthDenied
            | ActKind::ClockRegressed
            | ActKind::HeadRemade
            | ActKind::DaemonStarted
            | ActKind::DaemonStopped
            | ActKind::ExportCreated
            | ActKind::HistoryImported
            | ActKind::ImportFinished => None,
        }
    }

    /// The word in the event; receivers choose by it, so that it never changes.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DecisionNeeded => "decision.needed",
            Self::HealingFailed => "healing.failed",
            Self::Approved => "decision.approved",
            Self::Rejected => "decision.rejected",
            Self::Revoked => "decision.revoked",
            Self::Applied => "change.applied",
            Self::RolledBack => "change.rolled_back",
            Self::Emergency => "owner.emergency",
            Self::TokenAdded => "owner.token_added",
            Self::Trial => "trial",
        }
    }

    /// The occasion in a few words, for a person.
    pub const fn title(self) -> &'static str {
        match self {
            Self::DecisionNeeded => "Your decision is needed",
            Self::HealingFailed => "A healing ended without success",
            Self::Approved => "Approved",
            Self::Rejected => "Rejected",
            Self::Revoked => "An approval was taken back",
            Self::Applied => "Applied",
            Self::RolledBack => "Rolled back",
            Self::Emergency => "An emergency: one owner acted without the others",
            Self::TokenAdded => "A program was given a token",
            Self::Trial => "This is a trial",
        }
    }
}

/// Tells whether a kind of entry can be an emergency.
const fn of_owners(kind: ActKind) -> bool {
    matches!(
        kind,
        ActKind::OwnerKeyAdded
            | ActKind::OwnerKeyRemoved
            | ActKind::PolicyChanged
            | ActKind::LogRestored
    )
}
