//! Tests of a run, summed up by name.
//!
//! What a control is asked is what came of each test, whatever its parameters; a test of which one case failed has not
//! held.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::held::Cases;
use record::domain::evidence::{Termination, TestOutcome, Tests};

/// What a run of the suite says about its tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ran {
    /// Whether it came to its end.
    pub(crate) is_complete: bool,
    /// Whether nothing failed, erred or was missing.
    pub(crate) is_green: bool,
    /// How many tests passed.
    pub(crate) passes: u32,
    /// Tests of which a case passed, without parameters.
    pub(crate) passed: BTreeSet<String>,
    /// Cases of each test that passed, and that failed or erred.
    pub(crate) cases: BTreeMap<String, (u32, u32)>,
    /// Cases of each test that failed as it declares.
    pub(crate) xfailed: BTreeMap<String, u32>,
}

impl Ran {
    /// Sums up tests by name, and how their run ended.
    pub(crate) fn of(tests: &Tests, termination: &Termination) -> Self {
        let mut cases: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        let mut xfailed: BTreeMap<String, u32> = BTreeMap::new();
        for case in &tests.cases {
            if case.outcome == TestOutcome::Xfailed {
                *xfailed.entry(base_name(&case.id).to_owned()).or_default() += 1;
            }
            let (passed, failed) = cases.entry(base_name(&case.id).to_owned()).or_default();
            match case.outcome {
                TestOutcome::Passed => *passed += 1,
                TestOutcome::Failed | TestOutcome::Error => *failed += 1,
                TestOutcome::Skipped | TestOutcome::Xfailed | TestOutcome::Xpassed => {}
            }
        }
        let passed = cases.iter().filter(|(_, (passed, _))| *passed > 0);
        Self {
            is_complete: *termination == Termination::Completed,
            is_green: tests.failed == 0 && tests.errors == 0 && tests.missing.is_empty(),
            passes: tests.passed,
            passed: passed.map(|(name, _)| name.clone()).collect(),
            cases,
            xfailed,
        }
    }

    /// Takes tests that needed another try as not held: what they do differs from one time to the next.
    pub(crate) fn doubt<'a>(&mut self, retried: impl Iterator<Item = &'a String>) {
        for id in retried {
            self.cases.entry(base_name(id).to_owned()).or_default().1 += 1;
        }
    }

    /// Cases of a test that passed, and that failed.
    pub(crate) fn cases(&self, test: &str) -> (u32, u32) {
        self.cases.get(test).copied().unwrap_or_default()
    }

    /// Cases of a test that passed, and that failed as it declares.
    pub(crate) fn count(&self, test: &str) -> Cases {
        let xfailed = self.xfailed.get(test).copied().unwrap_or_default();
        Cases { passed: self.cases(test).0, xfailed }
    }

    /// Whether a test passed, and none of its cases failed.
    pub(crate) fn holds(&self, test: &str) -> bool {
        matches!(self.cases(test), (passed, 0) if passed > 0)
    }

    /// Whether a control passed all that the real run did.
    pub(crate) fn passes_everything(&self, real: &Self) -> bool {
        self.is_complete && self.is_green && self.passes > 0 && self.passes >= real.passes
    }
}

/// An id without the parameters in brackets.
pub(crate) fn base_name(id: &str) -> &str {
    let Some(names) = id.find("::") else { return id };
    let brackets = id.get(names..).and_then(|tail| tail.find('['));
    brackets.and_then(|at| id.get(..names + at)).unwrap_or(id)
}
