//! The only request to write that a store accepts: acts and their rows.
//!
//! A write without an act cannot be expressed. The expected version and the idempotency key travel with it, so that conflicts and
//! repetitions are settled inside one transaction.

use crate::domain::act::Act;
use crate::domain::application::{Ending, Order};
use crate::domain::assurance::Assurance;
use crate::domain::concept::Concept;
use crate::domain::digest::Digest;
use crate::domain::execution::Execution;
use crate::domain::healing::{End, Healing, Turn};
use crate::domain::history::{FinishedImport, HistoryItem, Provenance};
use crate::domain::id::{JobId, ProposalId};
use crate::domain::language::Language;
use crate::domain::lease::{Lease, LeaseState};
use crate::domain::policy::Policy;
use crate::domain::proposal::Standing;
use crate::domain::review::Review;
use crate::domain::revision::{Authorship, Revision};
use crate::domain::status::Status;
use crate::domain::time::Timestamp;
use crate::domain::usage::Usage;

/// The only thing a store can be asked to write: at least one act, and the rows that follow from it.
///
/// Everything in it commits in one transaction, or nothing does.
#[derive(Clone, Debug)]
pub struct Change {
    /// What happened.
    pub act: Act,
    /// What follows from it and is recorded after it, such as a dismissed approval.
    pub consequences: Vec<Act>,
    /// The rows.
    pub writes: Vec<Write>,
    /// The state it was decided on; another one is a conflict.
    pub expected: Option<Expected>,
    /// Repeating a change with the same key returns the first receipt and writes nothing.
    pub idempotency: String,
    /// When it happened.
    pub at: Timestamp,
}

/// The state of a proposal that a decision was made on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its version then.
    pub version: u64,
}

/// A new proposal; its first revision follows in the same change.
#[derive(Clone, Debug)]
pub struct NewProposal {
    /// Its name.
    pub id: ProposalId,
    /// What was asked for, verbatim.
    pub request: String,
    /// The language.
    pub language: Language,
    /// The module name.
    pub module: String,
    /// Names of related concepts, nearest first.
    pub related_concepts: Vec<String>,
}

/// The provider that retrieves and asks no model.
pub const LIBRARY: &str = "library";

/// One call of a provider, whether or not a revision came of it.
#[derive(Clone, Debug)]
pub struct ModelCall {
    /// The proposal it was for, if one came of it.
    pub proposal: Option<ProposalId>,
    /// The provider.
    pub provider: String,
    /// The model.
    pub model: Option<String>,
    /// The language asked for.
    pub language: Language,
    /// What it used.
    pub usage: Usage,
}

impl ModelCall {
    /// Tells whether a model was asked; what is retrieved costs nothing, and is not counted.
    pub fn is_of_model(&self) -> bool {
        self.provider != LIBRARY
    }
}

/// A key of an owner, as enrolled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerKeyRow {
    /// Its fingerprint, `SHA256:` and base64.
    pub fingerprint: String,
    /// The name of the owner.
    pub principal: String,
    /// The public key, `kind base64`.
    pub key: String,
    /// How well it is kept.
    pub assurance: Assurance,
}

/// The choice of long texts that are dropped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PruneRule {
    /// Only what is older than this.
    pub before: Timestamp,
    /// The outputs of this many newest executions of each revision stay.
    pub keep_executions: u32,
}

/// One row, or a few that belong together.
#[derive(Clone, Debug)]
pub enum Write {
    /// A proposal, status `pending`.
    NewProposal(NewProposal),
    /// A revision, which becomes the newest one; `updated_at` moves.
    NewRevision(Box<Revision>),
    /// An execution with its evidence.
    NewExecution {
        /// The execution.
        execution: Box<Execution>,
        /// The authorship of the revision it ran, for statistics by model.
        authorship: Box<Authorship>,
        /// The language, for statistics by language.
        language: Language,
    },
    /// The owner's decision.
    NewReview(Box<Review>),
    /// Where the proposal stands now.
    SetStatus {
        /// The proposal.
        proposal: ProposalId,
        /// The new status.
        status: Status,
    },
    /// Whether an execution contests the approval.
    SetStanding {
        /// The proposal.
        proposal: ProposalId,
        /// The new standing.
        standing: Standing,
    },
    /// The approvals of a proposal count no longer.
    EndApprovals {
        /// The proposal.
        proposal: ProposalId,
    },
    /// A key of an owner.
    AddOwnerKey(OwnerKeyRow),
    /// A key of an owner counts no longer.
    RemoveOwnerKey {
        /// Its fingerprint.
        fingerprint: String,
    },
    /// The policy from now on.
    SetPolicy(Box<Policy>),
    /// One call of a provider, for statistics.
    NewCall(Box<ModelCall>),
    /// A claim on an execution.
    NewJob(Box<Lease>),
    /// The end of a claim; only the current fence can end it.
    FinishJob {
        /// The job.
        job: JobId,
        /// The fence it was taken with.
        fence: u64,
        /// `Done` or `Abandoned`.
        state: LeaseState,
    },
    /// A healing that begins.
    NewHealing(Box<Healing>),
    /// A step of a healing, by the digest of its key.
    NewTurn {
        /// The healing.
        healing: Digest,
        /// The step.
        turn: Box<Turn>,
    },
    /// How a healing ended.
    EndHealing {
        /// The healing.
        healing: Digest,
        /// Why, and what came of it.
        end: Box<End>,
    },
    /// A text kept by its digest.
    NewBlob(String),
    /// Bytes kept by their digest: what an application replaces.
    NewBytes(std::sync::Arc<[u8]>),
    /// An application that begins; its entry names it.
    StartApplication(Box<Order>),
    /// How an application ended.
    EndApplication {
        /// The entry by which it started.
        started: u64,
        /// How.
        ending: Ending,
    },
    /// Texts taken out by a rule; their digests stay.
    PruneBlobs {
        /// The rule, which must let all of them go.
        rule: PruneRule,
        /// The texts.
        digests: Vec<Digest>,
    },
    /// A concept with its snippets; one of the same name is replaced.
    NewConcept(Box<Concept>),
    /// Where a proposal of the same change was imported from; a second one of the same source is a conflict.
    NewProvenance(Box<Provenance>),
    /// What a source says was done; one that is there already stays.
    NewHistory(Box<HistoryItem>),
    /// A file that was imported to its end.
    FinishImport(Box<FinishedImport>),
}

/// The store's answer to a change: the place of its first act in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Sequence number of the first record.
    pub seq: u64,
    /// Leaf hash of the first record.
    pub hash: Digest,
    /// Whether this change was written now or by an earlier call with the same key.
    pub freshness: Freshness,
}

/// Whether a change was written by this call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// By this call.
    Fresh,
    /// By an earlier call with the same key.
    Replayed,
}
