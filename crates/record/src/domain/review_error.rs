//! Reasons why a decision is not possible, each with its sentence.
//!
//! The rules in `review.rs` and `approval.rs` both refuse with these, so they stand below both.

use thiserror::Error;

use crate::domain::concern::Concern;
use crate::domain::decision::{MAX_COMMENT_CHARS, MAX_REASON_CHARS, MIN_DESPITE_CHARS};
use crate::domain::digest::Digest;
use crate::domain::id::ProposalId;
use crate::domain::status::Status;
use crate::domain::time::Timestamp;

/// A reason why a decision is not possible.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum ReviewError {
    /// Nothing was executed yet.
    #[error("{0} has not been tested")]
    NotTested(ProposalId),
    /// It was executed, and nothing came of it.
    #[error("{0} was executed and no verdict came of it, so there is nothing to decide on")]
    NoVerdict(ProposalId),
    /// It is approved already.
    #[error("{0} is approved already")]
    AlreadyApproved(ProposalId),
    /// It is rejected.
    #[error("{0} is rejected")]
    Rejected(ProposalId),
    /// It is not approved.
    #[error("{proposal} is {status}, not approved")]
    NotApproved {
        /// The proposal.
        proposal: ProposalId,
        /// Where it stands.
        status: Status,
    },
    /// It is not rejected.
    #[error("{proposal} is {status}, not rejected")]
    NotRejected {
        /// The proposal.
        proposal: ProposalId,
        /// Where it stands.
        status: Status,
    },
    /// The files are not those that were shown.
    #[error("the content is {current}, not {shown} as shown")]
    ContentChanged {
        /// What was shown.
        shown: Digest,
        /// What the proposal holds.
        current: Digest,
    },
    /// The execution did not run the newest revision.
    #[error("the execution ran other files than the newest revision holds")]
    StaleEvidence,
    /// The reason for an approval despite the verdict says too little.
    #[error("a reason of at least {MIN_DESPITE_CHARS} characters is needed")]
    DespiteTooShort,
    /// There is no reason.
    #[error("a reason is needed")]
    ReasonMissing,
    /// The reason is over its bound.
    #[error("the reason has {0} characters; at most {MAX_REASON_CHARS} are taken")]
    ReasonTooLong(usize),
    /// The comment is over its bound.
    #[error("the comment has {0} characters; at most {MAX_COMMENT_CHARS} are taken")]
    CommentTooLong(usize),
    /// The evidence is older than the policy or than the policy lets it be.
    #[error("the evidence of {executed_at} is too old: {why}")]
    OldEvidence {
        /// When it was executed.
        executed_at: Timestamp,
        /// What makes it too old.
        why: &'static str,
    },
    /// The evidence comes from the future, so one of the clocks is wrong.
    #[error("the evidence is dated {executed_at}, after the clock of this machine ({now})")]
    FutureEvidence {
        /// When it says it was executed.
        executed_at: Timestamp,
        /// What the clock says.
        now: Timestamp,
    },
    /// The policy names another environment.
    #[error("the evidence is from the environment {found}, the policy names {wanted}")]
    OtherEnvironment {
        /// The digest of the environment of the evidence.
        found: Digest,
        /// The one of the policy.
        wanted: Digest,
    },
    /// The policy does not name this owner.
    #[error("the policy does not let {0} approve")]
    NotApprover(String),
    /// The policy keeps proposer and approver apart.
    #[error(
        "you proposed this yourself, and `self_approval` or a quorum above one wants others to approve"
    )]
    SelfApproval(String),
    /// The same owner approved these bytes before.
    #[error("{0} approved this revision already; another owner is needed")]
    ApprovedByYou(String),
    /// A file holds characters that cannot be seen, or names that mislead.
    #[error("{path} holds what a reader cannot see or would take for something else: {named}")]
    HiddenText {
        /// The first such file.
        path: String,
        /// What it holds, with lines.
        named: String,
    },
    /// Something about the evidence needs a reason.
    #[error("{0}")]
    NeedsReason(Concern),
}
