//! Rules of approving, as pure functions of evidence, policy and earlier approvals.
//!
//! An approval is refused outright on stale or foreign evidence, needs a reason where there is a concern, and completes only with
//! the quorum and the owners of all paths. Nothing here reads a store, so every rule is tested as a table.

use std::collections::BTreeSet;

use crate::domain::approval_rules::SelfApproval;
use crate::domain::concern::Concern;
use crate::domain::digest::Digest;
use crate::domain::execution::Execution;
use crate::domain::policy::Policy;
use crate::domain::principal::Person;
use crate::domain::review_error::ReviewError;
use crate::domain::time::Timestamp;
use crate::domain::verdict::VerdictWord;

/// Largest difference between clocks that is tolerated, in milliseconds.
pub const CLOCK_SKEW_MS: i64 = 300_000;
/// The first word of evidence on a layer that could not be established.
const ABSENT: &str = "absent";

/// One execution of the newest revision, as far as approving goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its answer.
    pub verdict: VerdictWord,
    /// The digest of what the engine laid under it, whatever whoever started it chose ([`Environment::ground`]).
    ///
    /// [`Environment::ground`]: crate::domain::environment::Environment::ground
    pub ground: Digest,
}

/// Everything that an approval rests on besides the proposal.
#[derive(Clone, Copy, Debug)]
pub struct Grounds<'a> {
    /// The policy that counts.
    pub policy: &'a Policy,
    /// Whether it was set after the evidence, in the order of the log: clocks may disagree, entries do not.
    pub is_overtaken: bool,
    /// The newest execution of the newest revision.
    pub execution: &'a Execution,
    /// All executions of that revision.
    pub runs: &'a [Run],
    /// The paths of its files.
    pub paths: &'a [String],
    /// The owners who proposed or refined it.
    pub proposers: &'a [String],
    /// The owners whose approvals of this revision count so far.
    pub approvals: &'a [String],
    /// The moment.
    pub now: Timestamp,
    /// Milliseconds since the evidence in the log's own time, which never goes back as a clock may.
    pub passed_ms: i64,
}

/// Approvals and owners still missing until a revision is approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// How many more owners have to approve.
    pub approvals: usize,
    /// Files whose owners have not approved.
    pub paths: Vec<String>,
}

impl Grounds<'_> {
    /// Tells whether this owner may approve on this evidence at all.
    pub fn check(&self, principal: &str) -> Result<(), ReviewError> {
        let rules = &self.policy.approval;
        let executed_at = self.execution.executed_at;
        let found = self.execution.evidence.environment.digest();
        if executed_at.millis() > self.now.millis().saturating_add(CLOCK_SKEW_MS) {
            return Err(ReviewError::FutureEvidence { executed_at, now: self.now });
        }
        if self.is_overtaken {
            let why = "the policy was changed after it";
            return Err(ReviewError::OldEvidence { executed_at, why });
        }
        let by_log = executed_at.millis().saturating_add(self.passed_ms);
        if rules.is_too_old(executed_at, self.now.max(Timestamp::from_millis(by_log))) {
            let why = "the policy wants newer evidence";
            return Err(ReviewError::OldEvidence { executed_at, why });
        }
        if let Some(wanted) = rules.environment.filter(|wanted| *wanted != found) {
            return Err(ReviewError::OtherEnvironment { found, wanted });
        }
        if !rules.may_approve(principal) {
            return Err(ReviewError::NotApprover(principal.to_owned()));
        }
        if Person::of(principal).is_among(self.approvals) {
            return Err(ReviewError::ApprovedByYou(principal.to_owned()));
        }
        // With a quorum of two or more, another owner approves as well, but one's own approval must not fill a place.
        let counts_own = rules.self_approval == SelfApproval::Warn && rules.quorum < 2;
        if self.is_own(principal) && !counts_own {
            return Err(ReviewError::SelfApproval(principal.to_owned()));
        }
        Ok(())
    }

    /// Tells whether this owner proposed what is to be approved.
    pub fn is_own(&self, principal: &str) -> bool {
        Person::of(principal).is_among(self.proposers)
    }

    /// Everything that needs a reason, the worst first.
    pub fn concerns(&self) -> Vec<Concern> {
        let mut concerns = Vec::new();
        let verdict = self.execution.verdict.word;
        if verdict != VerdictWord::Passed {
            concerns.push(Concern::Verdict(verdict));
        }
        concerns.extend(self.mixed());
        let rules = &self.policy.approval;
        let (found, wanted) = (self.execution.evidence.integrity.state, rules.minimum_integrity);
        if found < wanted {
            concerns.push(Concern::Integrity { found, wanted });
        }
        let established = &self.execution.evidence.guarantees.0;
        let lacks =
            |layer: &&String| established.get(*layer).is_none_or(|value| value.starts_with(ABSENT));
        let layers = rules.required_guarantees.iter().filter(lacks).cloned();
        concerns.extend(layers.map(|layer| Concern::Isolation { layer }));
        concerns
    }

    /// Running again until it is green does not make it green, with other limits or variables neither.
    fn mixed(&self) -> Option<Concern> {
        let ground = self.execution.evidence.environment.ground();
        let count = |verdict| {
            let is_one = |run: &&Run| run.ground == ground && run.verdict == verdict;
            self.runs.iter().filter(is_one).count()
        };
        let (passed, failed) = (count(VerdictWord::Passed), count(VerdictWord::Failed));
        (passed > 0 && failed > 0).then_some(Concern::Mixed { passed, failed })
    }

    /// Lists what is missing once this owner has approved; nothing where that completes it.
    pub fn missing(&self, principal: &str) -> Option<Missing> {
        let rules = &self.policy.approval;
        let own = Person::of(principal);
        let approvals: BTreeSet<Person> =
            self.approvals.iter().map(|name| Person::of(name)).chain([own]).collect();
        let wanted = usize::try_from(rules.quorum).unwrap_or(usize::MAX);
        let is_open = |path: &&String| {
            let owners = rules.owners_of(path);
            !owners.is_empty() && !owners.iter().any(|owner| approvals.contains(&Person::of(owner)))
        };
        let paths: Vec<String> = self.paths.iter().filter(is_open).cloned().collect();
        let approvals = wanted.saturating_sub(approvals.len());
        (approvals > 0 || !paths.is_empty()).then_some(Missing { approvals, paths })
    }
}
