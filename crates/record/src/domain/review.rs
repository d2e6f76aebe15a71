//! Reviews: decisions of an owner, bound to files and evidence.
//!
//! A review has private fields and only the functions here make one, each asking for proof of ownership. An approval without an
//! owner, a verdict or the hash of what was shown therefore does not compile.

use crate::domain::approval::Grounds;
use crate::domain::concern::Concern;
use crate::domain::decision::{Decision, MAX_COMMENT_CHARS, MAX_REASON_CHARS, MIN_DESPITE_CHARS};
use crate::domain::digest::Digest;
use crate::domain::id::{ExecutionId, ProposalId, ReviewId};
use crate::domain::principal::{Authority, Principal};
use crate::domain::proposal::Proposal;
use crate::domain::review_error::ReviewError;
use crate::domain::status::Status;
use crate::domain::time::Timestamp;

/// Proof that the principal at hand is the owner.
#[derive(Clone, Debug)]
pub struct Owner(Principal);

impl Owner {
    /// The proof, if the principal has the authority.
    pub fn of(principal: &Principal) -> Option<Self> {
        (principal.authority() >= Authority::Own).then(|| Self(principal.clone()))
    }

    /// The principal itself.
    pub const fn principal(&self) -> &Principal {
        &self.0
    }
}

/// A reason of 1 to 2,000 characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonText(String);

/// A comment of at most 1,000 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment(String);

impl ReasonText {
    /// Checks a text.
    pub fn new(text: &str) -> Result<Self, ReviewError> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(ReviewError::ReasonMissing),
            count if count > MAX_REASON_CHARS => Err(ReviewError::ReasonTooLong(count)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Comment {
    /// Checks a text.
    pub fn new(text: &str) -> Result<Self, ReviewError> {
        let count = text.chars().count();
        if count > MAX_COMMENT_CHARS {
            return Err(ReviewError::CommentTooLong(count));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A display as the owner saw it: the hash of the files, and the digest of the text on screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Hash of the files that were shown.
    pub content_hash: Digest,
    /// Digest of the exact text that was shown.
    pub text_digest: Digest,
}

/// A decision, bound to the files and the evidence; only the functions of this module make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    id: ReviewId,
    proposal: ProposalId,
    revision: u32,
    content_hash: Digest,
    execution: Option<ExecutionId>,
    decision: Decision,
    reviewer: String,
    reason: Option<String>,
    comment: String,
    shown_digest: Option<Digest>,
    signer: Option<String>,
    expires_at: Option<Timestamp>,
    status: Status,
}

impl Review {
    /// Its name.
    pub const fn id(&self) -> &ReviewId {
        &self.id
    }

    /// The proposal.
    pub const fn proposal(&self) -> &ProposalId {
        &self.proposal
    }

    /// The revision decided on.
    pub const fn revision(&self) -> u32 {
        self.revision
    }

    /// The hash of the files decided on.
    pub const fn content_hash(&self) -> Digest {
        self.content_hash
    }

    /// The execution it rests on.
    pub const fn execution(&self) -> Option<&ExecutionId> {
        self.execution.as_ref()
    }

    /// What was decided.
    pub const fn decision(&self) -> Decision {
        self.decision
    }

    /// Tells who decided.
    pub fn reviewer(&self) -> &str {
        &self.reviewer
    }

    /// Tells why.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    /// What else the owner said.
    pub fn comment(&self) -> &str {
        &self.comment
    }

    /// The digest of the text the owner saw.
    pub const fn shown_digest(&self) -> Option<Digest> {
        self.shown_digest
    }

    /// The fingerprint of the key that signs it.
    pub fn signer(&self) -> Option<&str> {
        self.signer.as_deref()
    }

    /// Tells when an approval runs out.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Gives the status of the proposal after it: an approval that others must join leaves it tested.
    pub const fn status(&self) -> Status {
        self.status
    }
}

/// A stored decision, as history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastReview {
    /// Its name.
    pub id: ReviewId,
    /// The revision decided on.
    pub revision: u32,
    /// What was decided.
    pub decision: Decision,
    /// Who decided.
    pub reviewer: String,
    /// Why.
    pub reason: Option<String>,
    /// What else the owner said.
    pub comment: String,
    /// Where it stands in the log.
    pub seq: u64,
    /// The fingerprint of the key that signed it.
    pub signer: Option<String>,
    /// When an approval runs out.
    pub expires_at: Option<Timestamp>,
    /// The record that made an approval void.
    pub ended: Option<u64>,
    /// When it was recorded.
    pub reviewed_at: Timestamp,
}

impl PastReview {
    /// Tells whether it is an approval that still counts.
    pub const fn is_live_approval(&self) -> bool {
        self.decision.is_approval() && self.ended.is_none()
    }
}

/// The owner's own words in an approval.
#[derive(Clone, Debug)]
pub struct Words {
    /// Why it is approved although the verdict is not `passed`.
    pub despite: Option<ReasonText>,
    /// Anything else.
    pub comment: Comment,
}

/// Approves the newest revision on its grounds, as `shown` to the owner.
pub fn approve(
    owner: &Owner,
    proposal: &Proposal,
    grounds: &Grounds<'_>,
    shown: &Shown,
    words: Words,
) -> Result<Review, ReviewError> {
    match proposal.status {
        Status::Tested => {}
        Status::Pending => {
            let id = proposal.id.clone();
            let is_of_it = grounds.execution.content_hash == proposal.content_hash;
            return Err(if is_of_it {
                ReviewError::NoVerdict(id)
            } else {
                ReviewError::NotTested(id)
            });
        }
        Status::Approved => return Err(ReviewError::AlreadyApproved(proposal.id.clone())),
        Status::Rejected => return Err(ReviewError::Rejected(proposal.id.clone())),
    }
    let execution = grounds.execution;
    if execution.proposal != proposal.id || execution.content_hash != proposal.content_hash {
        return Err(ReviewError::StaleEvidence);
    }
    if shown.content_hash != proposal.content_hash {
        return Err(ReviewError::ContentChanged {
            shown: shown.content_hash,
            current: proposal.content_hash,
        });
    }
    let principal = &owner.0.id;
    grounds.check(principal)?;
    let (decision, reason) = approval_kind(grounds.concerns(), words.despite)?;
    let is_complete = grounds.missing(principal).is_none();
    Ok(Review {
        execution: Some(execution.id.clone()),
        shown_digest: Some(shown.text_digest),
        comment: words.comment.0,
        expires_at: grounds.policy.approval.expires_at(grounds.now),
        status: if is_complete { Status::Approved } else { Status::Tested },
        ..review(owner, proposal, decision, reason)
    })
}

/// Whatever is of concern needs a reason; a reason without a concern is not kept.
fn approval_kind(
    concerns: Vec<Concern>,
    despite: Option<ReasonText>,
) -> Result<(Decision, Option<ReasonText>), ReviewError> {
    match (concerns.into_iter().next(), despite) {
        (None, _) => Ok((Decision::Approved, None)),
        (Some(concern), None) => Err(ReviewError::NeedsReason(concern)),
        (Some(_), Some(reason)) if reason.0.chars().count() < MIN_DESPITE_CHARS => {
            Err(ReviewError::DespiteTooShort)
        }
        (Some(_), Some(reason)) => Ok((Decision::ApprovedDespite, Some(reason))),
    }
}

/// Rejects a proposal that is pending or tested.
pub fn reject(
    owner: &Owner,
    proposal: &Proposal,
    reason: ReasonText,
) -> Result<Review, ReviewError> {
    match proposal.status {
        Status::Pending | Status::Tested => {
            Ok(review(owner, proposal, Decision::Rejected, Some(reason)))
        }
        Status::Approved => Err(ReviewError::AlreadyApproved(proposal.id.clone())),
        Status::Rejected => Err(ReviewError::Rejected(proposal.id.clone())),
    }
}

/// Takes an approval back.
pub fn revoke(
    owner: &Owner,
    proposal: &Proposal,
    reason: ReasonText,
) -> Result<Review, ReviewError> {
    if proposal.status != Status::Approved {
        return Err(ReviewError::NotApproved {
            proposal: proposal.id.clone(),
            status: proposal.status,
        });
    }
    Ok(review(owner, proposal, Decision::Revoked, Some(reason)))
}

/// Takes a rejection back.
pub fn reopen(
    owner: &Owner,
    proposal: &Proposal,
    reason: ReasonText,
) -> Result<Review, ReviewError> {
    if proposal.status != Status::Rejected {
        return Err(ReviewError::NotRejected {
            proposal: proposal.id.clone(),
            status: proposal.status,
        });
    }
    Ok(review(owner, proposal, Decision::Reopened, Some(reason)))
}

fn review(
    owner: &Owner,
    proposal: &Proposal,
    decision: Decision,
    reason: Option<ReasonText>,
) -> Review {
    let subject = format!("{} {} {}", proposal.id, proposal.version, decision.word());
    Review {
        id: ReviewId::derived(&subject),
        proposal: proposal.id.clone(),
        revision: proposal.head,
        content_hash: proposal.content_hash,
        execution: proposal.latest.as_ref().map(|latest| latest.execution.clone()),
        decision,
        reviewer: owner.0.id.clone(),
        reason: reason.map(|reason| reason.0),
        comment: String::new(),
        shown_digest: None,
        signer: owner.0.key.clone(),
        expires_at: None,
        status: decision.status(),
    }
}
