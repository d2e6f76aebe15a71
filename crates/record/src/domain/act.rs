//! Acts: who did what to which subject, before the log gives it a place.
//!
//! Every write of the store carries at least one. The words of the kinds are frozen, because records are never migrated; code asks
//! the kind, never its text.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::digest::Digest;
use crate::domain::id::{ExecutionId, ProposalId};
use crate::domain::principal::{Principal, Via};

macro_rules! act_kinds {
    ($($(#[$doc:meta])* $variant:ident = $word:literal;)*) => {
        /// The kinds of record; the words are frozen, because records are never migrated.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum ActKind {$(
            $(#[$doc])*
            #[serde(rename = $word)]
            $variant,
        )*}

        impl ActKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word in the record.
            pub const fn word(self) -> &'static str {
                match self {$(Self::$variant => $word,)*}
            }
        }
    };
}

act_kinds! {
    /// The first record of a log: its key, format and program version.
    LogGenesis = "log.genesis";
    /// A key of an owner was enrolled.
    OwnerKeyAdded = "owner.key_added";
    /// A key of an owner stopped counting.
    OwnerKeyRemoved = "owner.key_removed";
    /// An owner agreed to a change of policy or keys that needs several.
    OwnerChangeEndorsed = "owner.change_endorsed";
    /// An owner let changes be proposed for a repository, or described it anew.
    OwnerRepositoryAdded = "owner.repository_added";
    /// An owner took a repository off the list.
    OwnerRepositoryRemoved = "owner.repository_removed";
    /// An owner let a program in that shows a token.
    OwnerTokenAdded = "owner.token_added";
    /// A token of a program stopped counting.
    OwnerTokenRevoked = "owner.token_revoked";
    /// An owner said that a finding needs nothing done, and why.
    OwnerFindingDismissed = "owner.finding_dismissed";
    /// An owner let a dismissed finding count again.
    OwnerFindingReinstated = "owner.finding_reinstated";
    /// The policy was changed.
    PolicyChanged = "policy.changed";
    /// A database was migrated to a newer schema.
    StoreMigrated = "store.migrated";
    /// A backup took the place of the database; it names the head that it leaves behind.
    LogRestored = "log.restored";
    /// Outputs and answers that nothing needs any more were taken out; their digests stay.
    BlobPruned = "blob.pruned";
    /// A request became a proposal.
    ProposalCreated = "proposal.created";
    /// A proposal got a revision.
    RevisionAdded = "revision.added";
    /// An engine died before it made anything of a model's answer, which is kept.
    ModelAnswered = "llm.answered";
    /// A provider was asked.
    ModelCalled = "llm.call";
    /// A job took a revision to run it.
    ExecutionLeased = "execution.leased";
    /// An execution ended with a verdict.
    ExecutionVerdict = "execution.verdict";
    /// An execution could not be carried out.
    ExecutionInfraError = "execution.infra_error";
    /// A leased execution was found dead at start, or was cancelled.
    ExecutionAbandoned = "execution.abandoned";
    /// The owner approved.
    DecisionApproved = "decision.approved";
    /// The owner approved although the verdict is not passed.
    DecisionApprovedDespite = "decision.approved_despite";
    /// The owner rejected.
    DecisionRejected = "decision.rejected";
    /// The owner took an approval back.
    DecisionRevoked = "decision.revoked";
    /// The owner reopened a rejected proposal.
    DecisionReopened = "decision.reopened";
    /// A new revision made a decision void.
    DecisionDismissed = "decision.dismissed";
    /// An approval ran out.
    DecisionExpired = "decision.expired";
    /// A healing began.
    HealingStarted = "healing.started";
    /// A healing ended.
    HealingEnded = "healing.ended";
    /// An approved revision is about to be written into its target.
    ApplyStarted = "apply.started";
    /// It is written, or everything is as it was.
    ApplyFinished = "apply.finished";
    /// An application is about to be taken out again.
    RollbackStarted = "rollback.started";
    /// It is out, or everything is as it was.
    RollbackFinished = "rollback.finished";
    /// A concept was learned.
    ConceptLearned = "concept.learned";
    /// A command was refused for want of authority.
    AuthDenied = "auth.denied";
    /// The clock went backwards between two records.
    ClockRegressed = "clock.regressed";
    /// The head outside the database was gone, and was made anew.
    HeadRemade = "head.remade";
    /// A long-running engine started.
    DaemonStarted = "daemon.started";
    /// A long-running engine stopped.
    DaemonStopped = "daemon.stopped";
    /// The log was exported.
    ExportCreated = "export.created";
    /// A proposal came over from another place, with what was done about it there.
    HistoryImported = "history.imported";
    /// A file was imported to its end.
    ImportFinished = "import.finished";
}

/// What an act is to whoever reads the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActClass {
    /// An owner decided.
    Decision,
    /// An approval or a rejection ended without an owner's word.
    Ended,
    /// A run was judged.
    Verdict,
    /// Somebody was turned away.
    Refusal,
    /// Something broke, is lost, or is not as it was.
    Trouble,
    /// Work on a proposal or a concept went on as it should.
    Work,
    /// An owner said who and what is let in, and by which rules.
    Rule,
    /// The engine or the record looked after itself.
    Upkeep,
}

impl ActKind {
    /// Sorts it; every rule that tells kinds apart asks this, so that a new kind is sorted once.
    pub const fn class(self) -> ActClass {
        match self {
            Self::DecisionApproved
            | Self::DecisionApprovedDespite
            | Self::DecisionRejected
            | Self::DecisionRevoked
            | Self::DecisionReopened => ActClass::Decision,
            Self::DecisionDismissed | Self::DecisionExpired => ActClass::Ended,
            Self::ExecutionVerdict => ActClass::Verdict,
            Self::AuthDenied => ActClass::Refusal,
            Self::ExecutionInfraError
            | Self::ExecutionAbandoned
            | Self::LogRestored
            | Self::ClockRegressed
            | Self::HeadRemade
            | Self::BlobPruned => ActClass::Trouble,
            Self::ProposalCreated
            | Self::RevisionAdded
            | Self::ModelAnswered
            | Self::ModelCalled
            | Self::ExecutionLeased
            | Self::HealingStarted
            | Self::HealingEnded
            | Self::ApplyStarted
            | Self::ApplyFinished
            | Self::RollbackStarted
            | Self::RollbackFinished
            | Self::ConceptLearned
            | Self::HistoryImported
            | Self::ImportFinished => ActClass::Work,
            Self::OwnerKeyAdded
            | Self::OwnerKeyRemoved
            | Self::OwnerChangeEndorsed
            | Self::OwnerRepositoryAdded
            | Self::OwnerRepositoryRemoved
            | Self::OwnerTokenAdded
            | Self::OwnerTokenRevoked
            | Self::OwnerFindingDismissed
            | Self::OwnerFindingReinstated
            | Self::PolicyChanged => ActClass::Rule,
            Self::LogGenesis
            | Self::StoreMigrated
            | Self::DaemonStarted
            | Self::DaemonStopped
            | Self::ExportCreated => ActClass::Upkeep,
        }
    }

    /// Tells whether it decides about a proposal, by an owner's word or by the system on its behalf.
    pub const fn is_decision(self) -> bool {
        matches!(self.class(), ActClass::Decision | ActClass::Ended)
    }

    /// Whether it is one of the five decisions of an owner.
    pub const fn is_owner_decision(self) -> bool {
        matches!(self.class(), ActClass::Decision)
    }
}

/// The things an act is about; absent parts do not enter the record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The proposal.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proposal: Option<ProposalId>,
    /// The number of the revision, from 1.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<u32>,
    /// The content hash of that revision.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision_digest: Option<Digest>,
    /// The execution.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub execution: Option<ExecutionId>,
}

/// One act, before the log gives it sequence, time and predecessor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// What was done.
    pub kind: ActKind,
    /// Who did it.
    pub actor: Principal,
    /// How it reached us.
    pub via: Via,
    /// What it is about.
    pub subject: Subject,
    /// Detail of the kind: integers, text, digests, arrays and objects; never floats or null.
    pub data: Map<String, Value>,
    /// The exact bytes a decision signs (canonical JSON text), for decisions only.
    pub statement: Option<String>,
    /// The armoured SSHSIG over `statement`, once the owner has a key.
    pub signature: Option<String>,
}

impl Act {
    /// An act with nothing in `data` yet.
    pub fn new(kind: ActKind, actor: Principal, via: Via) -> Self {
        Self {
            kind,
            actor,
            via,
            subject: Subject::default(),
            data: Map::new(),
            statement: None,
            signature: None,
        }
    }

    /// The same act about `subject`.
    #[must_use]
    pub fn about(self, subject: Subject) -> Self {
        Self { subject, ..self }
    }

    /// The same act with one more detail; an absent value is left out, because records hold no null.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        if !value.is_null() {
            self.data.insert(key.to_owned(), value);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_decisions_are_the_kinds_whose_word_says_so() {
        for kind in ActKind::ALL {
            assert_eq!(kind.is_decision(), kind.word().starts_with("decision."), "{kind:?}");
        }
    }
}
