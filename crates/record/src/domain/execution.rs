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
    /// Tells whether nothing but time is the trouble.
    pub fn is_only_late(&self) -> bool {
        let tests = &self.evidence.tests;
        self.verdict.reasons.contains(&Reason::Timeout) && tests.failed + tests.errors == 0
    }
}
