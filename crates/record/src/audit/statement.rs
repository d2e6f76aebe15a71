//! Statements of decisions: the exact content, evidence, environment, policy and log they bind.
//!
//! Everything an owner relied on is named by digest, so that a decision cannot be read later as one about something else.
//! `in_toto.rs` makes and reads the bytes; `decision.rs` checks them against a record.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::audit::canonical::{CanonicalError, MAX_INTEGER, canonical_bytes};
use crate::audit::spelling::{digest_set, root_base64};
use crate::domain::decision::{Decision, MAX_COMMENT_CHARS, MAX_REASON_CHARS, MIN_DESPITE_CHARS};
use crate::domain::digest::{Digest, hex, unhex};
use crate::domain::id::{ExecutionId, ProposalId, ReviewId};
use crate::domain::principal::{Surface, Via};
use crate::domain::time::Timestamp;

/// Longest statement.
pub const MAX_STATEMENT_BYTES: usize = 8_192;

/// The verdict of an execution, as the statement names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceVerdict {
    /// All that was asked held.
    Passed,
    /// Something asked did not hold.
    Failed,
    /// Neither could be shown.
    Inconclusive,
}

impl EvidenceVerdict {
    /// The word in statements and entries.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// Reads such a word.
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Passed, Self::Failed, Self::Inconclusive].into_iter().find(|one| one.word() == word)
    }
}

/// One execution, with the digest of its evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The execution.
    pub execution: ExecutionId,
    /// The digest of its evidence.
    #[serde(with = "digest_set")]
    pub digest: Digest,
    /// How it ended.
    pub verdict: EvidenceVerdict,
}

/// All executions of the revision in this environment: what stops the picking of a lucky one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceSet {
    /// How many there are.
    pub count: u64,
    /// How many passed.
    pub passed: u64,
    /// How many failed.
    pub failed: u64,
    /// The digest of the canonical, sorted list.
    pub digest: Digest,
}

impl EvidenceSet {
    /// Sums up the executions; order and repetition make no difference.
    pub fn of(executions: &[Evidence]) -> Result<Self, CanonicalError> {
        let sorted: BTreeSet<&Evidence> = executions.iter().collect();
        let count = |verdict| sorted.iter().filter(|one| one.verdict == verdict).count() as u64;
        Ok(Self {
            count: sorted.len() as u64,
            passed: count(EvidenceVerdict::Passed),
            failed: count(EvidenceVerdict::Failed),
            digest: Digest::of(&canonical_bytes(&sorted)?),
        })
    }
}

/// The head of the log that the owner saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AsOf {
    /// The log.
    pub origin: String,
    /// Its number of entries.
    pub size: u64,
    /// The root over them; base64 in the statement, as in a checkpoint.
    #[serde(with = "root_base64")]
    pub root: Digest,
}

/// The way by which the owner's decision comes, as far as the owner can know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedVia {
    /// The surface.
    pub surface: Surface,
    /// User id of the peer process.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub uid: Option<u32>,
}

impl StatedVia {
    /// Takes what a statement says of it; the session is left out, because a signature may come in another one.
    pub const fn of(via: &Via) -> Self {
        Self { surface: via.surface, uid: via.uid }
    }
}

/// What statements say since their second version: it binds the entry around them whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// The review that the entry records.
    pub review: ReviewId,
    /// How the decision came.
    pub via: StatedVia,
}

/// 128 random bits that make each decision unique; 32 hex digits as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Nonce(pub [u8; 16]);

/// A decision, bound to the exact content, evidence, environment, policy and log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecisionStatement {
    /// The proposal decided upon.
    pub proposal: ProposalId,
    /// The number of the revision.
    pub revision: u32,
    /// Its content hash.
    pub revision_digest: Digest,
    /// What was decided, and on what.
    pub predicate: Predicate,
}

/// The part of the statement that is ours; its field names are the frozen ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Predicate {
    /// What was decided.
    pub decision: Decision,
    /// The deciding execution; approvals have one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub evidence: Option<Evidence>,
    /// All executions of this revision in this environment.
    pub evidence_set: EvidenceSet,
    /// The environment of the deciding execution.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub env_digest: Option<Digest>,
    /// The policy that made the verdict.
    pub policy_digest: Digest,
    /// Why; needed for all but a plain approval.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// What the owner added.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub comment: Option<String>,
    /// The digest of the exact text that was shown; approvals have one.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub shown_digest: Option<Digest>,
    /// The head of the log that the owner saw.
    pub as_of: AsOf,
    /// When the owner decided.
    pub issued_at: Timestamp,
    /// When the decision runs out.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub expires_at: Option<Timestamp>,
    /// Makes this decision unique.
    pub nonce: Nonce,
    /// The nonce of the approval that this decision revokes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revokes: Option<Nonce>,
    /// What binds the entry whole; statements of the first version have none.
    #[serde(rename = "entry", skip_serializing_if = "Option::is_none", default)]
    pub binding: Option<Binding>,
}

/// A statement that may not be signed or is not one.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StatementError {
    /// The bytes are no decision statement.
    #[error("not a decision statement: {reason}")]
    Malformed {
        /// What the parser said.
        reason: String,
    },
    /// The bytes differ from their own canonical form.
    #[error("the statement is not in canonical form")]
    NotCanonical,
    /// A value has no canonical form.
    #[error("the statement has no canonical form")]
    Canonical(#[source] CanonicalError),
    /// Long text belongs outside, by digest.
    #[error("the statement has {bytes} bytes, more than {MAX_STATEMENT_BYTES}")]
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// Too long a reason.
    #[error("the reason has {chars} characters, more than {MAX_REASON_CHARS}")]
    ReasonTooLong {
        /// Its length.
        chars: usize,
    },
    /// Too long a comment.
    #[error("the comment has {chars} characters, more than {MAX_COMMENT_CHARS}")]
    CommentTooLong {
        /// Its length.
        chars: usize,
    },
    /// Only a plain approval goes without a reason; one despite the verdict says more.
    #[error("the decision needs a reason of at least {least} characters")]
    ReasonTooShort {
        /// The least number of characters.
        least: usize,
    },
    /// A number that not every reader of JSON keeps exactly.
    #[error("a count lies beyond 2^53 - 1")]
    Count,
    /// An approval rests on an execution in an environment and on what was shown.
    #[error("an approval needs evidence, envDigest and shownDigest")]
    ApprovalWithoutGrounds,
}

impl DecisionStatement {
    /// The subject's name: `proposal_<12 hex>/r<n>`.
    pub(super) fn subject_name(&self) -> String {
        format!("{}/r{}", self.proposal, self.revision)
    }

    /// Checks the bounds of its texts, and that an approval names what it rests on.
    pub(super) fn check(&self) -> Result<(), StatementError> {
        let chars = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
        let (reason, comment) = (chars(&self.predicate.reason), chars(&self.predicate.comment));
        let least = shortest_reason(self.predicate.decision);
        if reason > MAX_REASON_CHARS {
            return Err(StatementError::ReasonTooLong { chars: reason });
        }
        if comment > MAX_COMMENT_CHARS {
            return Err(StatementError::CommentTooLong { chars: comment });
        }
        if reason < least {
            return Err(StatementError::ReasonTooShort { least });
        }
        let set = &self.predicate.evidence_set;
        let counts = [set.count, set.passed, set.failed, self.predicate.as_of.size];
        if counts.into_iter().any(|count| count > MAX_INTEGER) {
            return Err(StatementError::Count);
        }
        let is_approval = self.predicate.decision.is_approval();
        if is_approval && !self.predicate.has_grounds() {
            return Err(StatementError::ApprovalWithoutGrounds);
        }
        Ok(())
    }
}

/// Tells how many characters its reason has at least.
const fn shortest_reason(decision: Decision) -> usize {
    match decision {
        Decision::Approved => 0,
        Decision::ApprovedDespite => MIN_DESPITE_CHARS,
        Decision::Rejected | Decision::Revoked | Decision::Reopened => 1,
    }
}

impl Predicate {
    const fn has_grounds(&self) -> bool {
        self.evidence.is_some() && self.env_digest.is_some() && self.shown_digest.is_some()
    }
}

impl From<Nonce> for String {
    fn from(nonce: Nonce) -> Self {
        hex(&nonce.0)
    }
}

impl TryFrom<String> for Nonce {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let bytes = unhex(&text).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or("not a nonce: expected 32 lower-case hex digits")
    }
}
