//! One run of one revision, with its evidence and its verdict.
//!
//! Executions are never changed once stored; approvals rest on one of them by name.

use crate::domain::digest::Digest;
use crate::domain::evidence::Evidence;
use crate::domain::id::{ExecutionId, ProposalId};
use crate::domain::limits::Limits;
use crate::domain::time::Timestamp;
use crate::domain::verdict::{Reason, Verdict};

/// One run of one revision under one backend with one set of limits.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution {
    /// Its name.
    pub id: ExecutionId,
    /// The proposal.
    pub proposal: ProposalId,
    /// The revision it ran.
    pub revision: u32,
    /// The hash of the files it ran.
    pub content_hash: Digest,
    /// When its verdict was computed.
    pub executed_at: Timestamp,
    /// What it was allowed.
    pub limits: Limits,
    /// Names of the variables it was given.
    pub env_names: Vec<String>,
    /// What was observed.
    pub evidence: Evidence,
    /// What follows.
    pub verdict: Verdict,
}

impl Execution {
    /// Tells whether it ran out of time where more would tell more: no test failed, or all had ended before the run did.
    pub fn wants_time(&self) -> bool {
        let tests = &self.evidence.tests;
        let have_all_ended =
            tests.collected > 0 && tests.executed + tests.skipped >= tests.collected;
        let is_late = self.verdict.reasons.contains(&Reason::Timeout);
        is_late && (tests.failed + tests.errors == 0 || have_all_ended)
    }
}
