//! One executed revision, as the course of a healing sees it.
//!
//! What a run is worth: tests that passed, whether any ran at all, and in which way it failed. Evidence that cannot be believed
//! is worth nothing.

use std::collections::BTreeSet;

use record::domain::digest::Digest;
use record::domain::evidence::{Evidence, TestOutcome};
use record::domain::execution::Execution;
use record::domain::healing::Strategy;
use record::domain::source_path::SourcePath;
use record::domain::verdict::{Reason, VerdictWord};

/// One executed revision of a healing, the first one included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The revision.
    pub revision: u32,
    /// The strategy that made it; absent for the revision that the healing started from.
    pub strategy: Option<Strategy>,
    /// The verdict on it.
    pub verdict: VerdictWord,
    /// Tests that passed.
    pub passed: u32,
    /// The ids of these.
    pub passing: BTreeSet<String>,
    /// Tests that ran at all, where the evidence can be believed.
    pub executed: u32,
    /// Tests that ran at all, believed or not.
    pub ran: u32,
    /// Lint messages that the policy calls critical.
    pub criticals: usize,
    /// The digest of its failures; equal for runs that fail in the same way.
    pub signature: Digest,
    /// The code files that fail, the most suspicious first; none where there is one code file only.
    pub suspects: Vec<SourcePath>,
    /// The file that a model was asked for, where there are several.
    pub file: Option<SourcePath>,
}

impl Run {
    /// Sums up an execution of a revision; where its evidence cannot be believed, no test counts as passed, so that
    /// code that forges is never the best so far.
    pub fn of(
        revision: u32,
        strategy: Option<Strategy>,
        execution: &Execution,
        signature: Digest,
    ) -> Self {
        let Execution { evidence, verdict, .. } = execution;
        let is_believed = !verdict.reasons.contains(&Reason::Integrity);
        Self {
            revision,
            strategy,
            verdict: verdict.word,
            passed: if is_believed { evidence.tests.passed } else { 0 },
            passing: if is_believed { passing(evidence) } else { BTreeSet::new() },
            executed: if is_believed { evidence.tests.executed } else { 0 },
            ran: evidence.tests.executed,
            criticals: usize::from(evidence.lint.critical),
            signature,
            suspects: Vec::new(),
            file: None,
        }
    }

    /// Makes a run that gave no evidence at all.
    pub const fn without_evidence(revision: u32, strategy: Option<Strategy>) -> Self {
        Self {
            revision,
            strategy,
            verdict: VerdictWord::Inconclusive,
            passed: 0,
            passing: BTreeSet::new(),
            executed: 0,
            ran: 0,
            criticals: 0,
            signature: Digest::ZERO,
            suspects: Vec::new(),
            file: None,
        }
    }
}

fn passing(evidence: &Evidence) -> BTreeSet<String> {
    let passed = evidence.tests.cases.iter().filter(|case| case.outcome == TestOutcome::Passed);
    passed.map(|case| case.id.clone()).collect()
}
