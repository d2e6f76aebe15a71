//! Decisions held against the entries before them.
//!
//! A good signature says what an owner signed, not that it was so. Whoever has the key of the log, or writes the database that the
//! program reads from, could have a decision rest on executions, revisions or policies that the log knows nothing of; here the log
//! itself tells. Statements of the first version bound less, so that they are held against less; once a log has one of the
//! second, an older one may not follow.

use std::collections::HashMap;

use serde_json::Value;
use thiserror::Error;

use crate::audit::fact::{Fact, Verdict};
use crate::audit::record::Record;
use crate::audit::statement::{
    DecisionStatement, Evidence, EvidenceSet, EvidenceVerdict, Nonce, Predicate,
};
use crate::domain::act::ActKind;
use crate::domain::approval::CLOCK_SKEW_MS;
use crate::domain::decision::Decision;
use crate::domain::digest::Digest;
use crate::domain::evidence::IntegrityState;
use crate::domain::id::{ExecutionId, Id};
use crate::domain::time::Timestamp;

/// Longest time between a statement and its entry, in milliseconds: a security key is not always at hand.
pub const SIGNING_MS: i64 = 3_600_000;

/// The version of these rules, which a genesis names: by its log, the policy in force is known from the first entry on.
pub const RULES: u64 = 1;

/// A decision that does not follow from the entries before it.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum GroundsError {
    /// An older form of statement after a newer one.
    #[error("its statement binds less than those before it")]
    Older,
    /// The proposal has no such revision, or a newer one.
    #[error("it is not about the newest revision of its proposal")]
    Revision,
    /// Nothing on record is the execution that it names.
    #[error("no verdict on record is the one it names")]
    Verdict,
    /// The grade of the evidence in the entry is not that of the verdict.
    #[error("its integrity is not that of the verdict it names")]
    Integrity,
    /// A plain approval of what did not pass.
    #[error("it approves without a reason what did not pass")]
    NotPassed,
    /// Executions left out, or put in.
    #[error("its set of executions is not the one on record")]
    EvidenceSet,
    /// Another policy was in force.
    #[error("its policy is not the one in force")]
    Policy,
    /// A change of policy names another one as replaced.
    #[error("it does not follow the policy in force")]
    PolicyBefore,
    /// A revocation of nothing, or of another approval.
    #[error("it does not revoke the approval that stands")]
    Revokes,
    /// An end of a decision that does not stand.
    #[error("it ends a decision that does not stand")]
    Ends,
    /// A proposal that began already.
    #[error("its proposal was begun before")]
    Begun,
    /// A revision that is there already, or one after a gap.
    #[error("its revision is not the next one of its proposal")]
    Number,
    /// An application of what no approval lets in.
    #[error("nobody approved what it applies")]
    Unapproved,
    /// The time of the entry cannot be that of its statement.
    #[error("its time is not that of its statement")]
    Time,
}

/// Everything that later decisions are held against.
#[derive(Debug, Default)]
pub(super) struct Grounds {
    proposals: HashMap<u64, Course>,
    /// The digest of the policy in force, where the log says it in a form that can be relied on.
    policy: Option<Digest>,
    /// Whether a statement bound its entry whole.
    is_bound: bool,
    moment: Option<Timestamp>,
}

/// One proposal as far as the log has come.
#[derive(Debug)]
struct Course {
    is_begun: bool,
    is_imported: bool,
    /// The number of its newest revision; 0 without any.
    revision: u32,
    content: Digest,
    /// The verdicts on its newest revision.
    verdicts: Vec<Verdict>,
    /// The decisions that stand.
    standing: Vec<Standing>,
}

#[derive(Debug)]
struct Standing {
    review: Option<Box<str>>,
    decision: Decision,
    nonce: Nonce,
    expires_at: Option<Timestamp>,
}

impl Grounds {
    /// Takes the time of an entry after it was taken itself.
    pub(super) const fn pass(&mut self, moment: Timestamp) {
        self.moment = Some(moment);
    }

    /// Takes an entry that was read at a glance.
    pub(super) fn take_fact(&mut self, fact: Fact) -> Result<(), GroundsError> {
        match fact {
            Fact::Other => {}
            Fact::Begun { proposal } => {
                let course = self.course(proposal);
                if std::mem::replace(&mut course.is_begun, true) {
                    return Err(GroundsError::Begun);
                }
            }
            Fact::Imported { proposal } => self.course(proposal).is_imported = true,
            Fact::Applied { proposal } => {
                let course = self.proposals.get(&proposal);
                let is_approved = course.is_some_and(|course| course.approval().is_some());
                if self.is_bound && !is_approved {
                    return Err(GroundsError::Unapproved);
                }
            }
            Fact::Revised { proposal, revision, content } => {
                return self.course(proposal).revise(revision, content);
            }
            Fact::Judged { proposal, revision, verdict } => {
                if let Some(course) = self.proposals.get_mut(&proposal)
                    && course.revision == revision
                {
                    // Most revisions have one or two verdicts, and there may be a million revisions.
                    course.verdicts.reserve_exact(1);
                    course.verdicts.push(verdict);
                }
            }
        }
        Ok(())
    }

    fn course(&mut self, proposal: u64) -> &mut Course {
        self.proposals.entry(proposal).or_insert_with(Course::new)
    }

    /// Takes an entry without an owner's decision.
    pub(super) fn take(&mut self, record: &Record) -> Result<(), GroundsError> {
        match record.kind {
            ActKind::LogGenesis => {
                // Before, the built-in policy of a program could change without a word.
                let is_reliable = record.data.get("rules").and_then(Value::as_u64).is_some();
                self.policy = digest(record, "policy_digest").filter(|_| is_reliable);
                Ok(())
            }
            ActKind::PolicyChanged => {
                let policy = digest(record, "policy_digest").ok_or(GroundsError::Policy)?;
                let replaced = self.policy.replace(policy);
                let is_next = replaced.is_none() || replaced == digest(record, "before");
                if self.is_bound && !is_next { Err(GroundsError::PolicyBefore) } else { Ok(()) }
            }
            ActKind::DecisionDismissed => self.end(record, "dismisses"),
            ActKind::DecisionExpired => self.end(record, "expires"),
            _ => self.take_fact(Fact::of(record)),
        }
    }

    /// Takes an owner's decision.
    pub(super) fn decide(
        &mut self,
        record: &Record,
        statement: &DecisionStatement,
    ) -> Result<(), GroundsError> {
        let is_bound = statement.predicate.binding.is_some();
        if is_bound {
            self.check(record, statement)?;
        } else if self.is_bound {
            return Err(GroundsError::Older);
        }
        self.is_bound |= is_bound;
        self.stand(record, statement);
        Ok(())
    }

    fn check(&self, record: &Record, statement: &DecisionStatement) -> Result<(), GroundsError> {
        let predicate = &statement.predicate;
        let course = self.proposals.get(&statement.proposal.number());
        let course = course.filter(|course| course.revision == statement.revision);
        let course = course.filter(|course| course.content == statement.revision_digest);
        let course = course.ok_or(GroundsError::Revision)?;
        course.check_evidence(record, predicate)?;
        if self.policy.is_some_and(|policy| policy != predicate.policy_digest) {
            return Err(GroundsError::Policy);
        }
        let is_revocation = predicate.decision == Decision::Revoked;
        let revoked = course.approval().filter(|_| is_revocation);
        if predicate.revokes != revoked || is_revocation && revoked.is_none() {
            return Err(GroundsError::Revokes);
        }
        self.check_time(record, predicate.issued_at)
    }

    /// Times never go back; a clock that did leaves the entry at the time of the one before, and newer entries name it.
    fn check_time(&self, record: &Record, issued_at: Timestamp) -> Result<(), GroundsError> {
        let since = record.said_at().millis().saturating_sub(issued_at.millis());
        let is_held = record.clock.is_none() && self.moment == Some(record.ts);
        let is_back = self.moment.is_some_and(|before| before > record.ts);
        let is_late = since > SIGNING_MS + CLOCK_SKEW_MS && !is_held;
        if is_back || is_late || since < -CLOCK_SKEW_MS { Err(GroundsError::Time) } else { Ok(()) }
    }

    fn stand(&mut self, record: &Record, statement: &DecisionStatement) {
        let Predicate { decision, nonce, expires_at, .. } = statement.predicate;
        let course = self.course(statement.proposal.number());
        // Approvals add up to a quorum; any other decision ends those before it.
        if !decision.is_approval() {
            course.standing.clear();
        }
        if decision.is_approval() || decision == Decision::Rejected {
            let review = record.data.get("review").and_then(Value::as_str).map(Box::from);
            course.standing.push(Standing { review, decision, nonce, expires_at });
        }
    }

    /// Takes the end of a decision.
    fn end(&mut self, record: &Record, name: &str) -> Result<(), GroundsError> {
        let proposal = record.subject.proposal.as_ref().map(Id::number);
        let course = proposal.and_then(|proposal| self.proposals.get_mut(&proposal));
        let is_ended = course.is_some_and(|course| course.end(record, name));
        if self.is_bound && !is_ended { Err(GroundsError::Ends) } else { Ok(()) }
    }
}

impl Course {
    const fn new() -> Self {
        Self {
            is_begun: false,
            is_imported: false,
            revision: 0,
            content: Digest::ZERO,
            verdicts: Vec::new(),
            standing: Vec::new(),
        }
    }

    /// Takes its next revision; those that were imported have no entries of their own.
    fn revise(&mut self, revision: u32, content: Digest) -> Result<(), GroundsError> {
        let is_next = self.revision.checked_add(1) == Some(revision);
        let is_later = self.is_imported && revision > self.revision;
        if !is_next && !is_later {
            return Err(GroundsError::Number);
        }
        (self.revision, self.content) = (revision, content);
        self.verdicts = Vec::new();
        Ok(())
    }

    fn check_evidence(&self, record: &Record, predicate: &Predicate) -> Result<(), GroundsError> {
        let stated = predicate.evidence.as_ref();
        let verdict = stated.map(|one| self.verdict(one, predicate.env_digest)).transpose()?;
        let integrity = verdict.and_then(|verdict| verdict.integrity).map(IntegrityState::word);
        if record.data.get("integrity").and_then(Value::as_str) != integrity {
            return Err(GroundsError::Integrity);
        }
        let is_passed = verdict.is_some_and(|verdict| verdict.word == EvidenceVerdict::Passed);
        if predicate.decision == Decision::Approved && !is_passed {
            return Err(GroundsError::NotPassed);
        }
        let all: Vec<Evidence> = self.verdicts.iter().map(Verdict::stated).collect();
        if EvidenceSet::of(&all).as_ref() == Ok(&predicate.evidence_set) {
            return Ok(());
        }
        Err(GroundsError::EvidenceSet)
    }

    /// Finds the verdict that a statement names.
    fn verdict(
        &self,
        stated: &Evidence,
        environment: Option<Digest>,
    ) -> Result<&Verdict, GroundsError> {
        let is_it = |verdict: &&Verdict| {
            verdict.stated() == *stated
                && Some(verdict.environment) == environment
                && verdict.content == self.content
        };
        self.verdicts.iter().find(is_it).ok_or(GroundsError::Verdict)
    }

    /// The nonce of the newest approval that stands.
    fn approval(&self) -> Option<Nonce> {
        let mut approvals = self.standing.iter().filter(|one| one.decision.is_approval());
        approvals.next_back().map(|approval| approval.nonce)
    }

    /// Ends the decision that an entry names; tells whether it stood, and could end so.
    fn end(&mut self, record: &Record, name: &str) -> bool {
        let text = |name: &str| record.data.get(name).and_then(Value::as_str);
        let Some(named) = text(name) else { return false };
        let is_it = |one: &Standing| one.review.as_deref() == Some(named);
        let Some(place) = self.standing.iter().position(is_it) else { return false };
        let ended = self.standing.remove(place);
        if record.kind == ActKind::DecisionDismissed {
            return text("decision").is_none_or(|word| word == ended.decision.word());
        }
        let until = ended.expires_at.map(|moment| moment.to_string());
        until.is_some()
            && until.as_deref() == text("expired_at")
            && ended.expires_at <= Some(record.ts)
    }
}

impl Verdict {
    /// The same as statements name it.
    fn stated(&self) -> Evidence {
        let execution = ExecutionId::of_number(self.execution);
        Evidence { execution, digest: self.evidence, verdict: self.word }
    }
}

fn digest(record: &Record, name: &str) -> Option<Digest> {
    record.data.get(name).and_then(Value::as_str)?.parse().ok()
}
