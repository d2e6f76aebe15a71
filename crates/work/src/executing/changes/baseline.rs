//! What the base of a change does, seen once and kept.
//!
//! The suite runs twice: tests that differ between both, and names that do, say nothing of a change. The first run also tells which
//! lines each test runs, so that the tests which a change reaches can go first. It is kept as JSON (`executing/baselines.rs`).

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::executing::changes::bench::{Bench, Wanted, not_collected, outcomes};
use crate::executing::changes::lint::{self, Remark};
use record::domain::change_evidence::BaselineFacts;
use record::domain::digest::Digest;
use record::domain::evidence::{Evidence, Termination, TestOutcome};
use record::domain::flips::{Outcomes, RunEnd, function_of};
use record::domain::role::Role;
use record::domain::source::Source;
use sandbox::backend::{MISSING_PACKAGE, Part, Progress, RunProgress};
use sandbox::error::SandboxError;

/// What the suite of a base does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The digest of the environment that it ran in.
    pub environment: Option<Digest>,
    /// The tests.
    pub outcomes: Outcomes,
    /// Functions whose tests have other names in every run.
    pub unstable: BTreeSet<String>,
    /// Tests that differed between both runs.
    pub flaky: BTreeSet<String>,
    /// Names that the files promise and that no run reports.
    pub missing: BTreeSet<String>,
    /// Test files that cannot be collected.
    pub not_collected: BTreeSet<String>,
    /// Milliseconds by test function.
    pub times: BTreeMap<String, u64>,
    /// Milliseconds of the whole run.
    pub took_ms: u64,
    /// By code file, the test functions that run lines of it, and which.
    pub reach: BTreeMap<String, BTreeMap<String, Vec<(u32, u32)>>>,
    /// Lint messages of the code; absent where there were more than are kept.
    pub lint: Option<Vec<Remark>>,
    /// Why there is none.
    pub unavailable: Option<String>,
}

impl Baseline {
    /// Whether anything can be said of a change of it, so that it is worth keeping.
    pub const fn is_sound(&self) -> bool {
        self.unavailable.is_none()
    }

    /// Function ids of its tests.
    pub fn functions(&self) -> BTreeSet<&str> {
        self.outcomes.tests.iter().map(|seen| function_of(&seen.id)).collect()
    }

    /// The facts that are told of it.
    pub fn facts(&self, is_cached: bool) -> BaselineFacts {
        let tests = &self.outcomes.tests;
        let is_red =
            |outcome: TestOutcome| matches!(outcome, TestOutcome::Failed | TestOutcome::Error);
        let failed = tests.iter().filter(|seen| is_red(seen.outcome));
        let skipped = tests.iter().filter(|seen| seen.outcome == TestOutcome::Skipped).count();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        BaselineFacts {
            tests: count(tests.len()),
            failed: failed.map(|seen| seen.id.clone()).collect(),
            skipped: count(skipped),
            unstable: self.unstable.iter().cloned().collect(),
            cached: is_cached,
            unavailable: self.unavailable.clone(),
        }
    }
}

/// Runs the suite of a base twice.
pub async fn measure(
    bench: &Bench<'_>,
    base: &Source,
    report: Progress<'_>,
) -> Result<Baseline, SandboxError> {
    report(RunProgress::Stage("running the tests of the base".to_owned()));
    let paths = |role| base.of_role(role).map(|file| file.path.to_string());
    let part = Part {
        measured: paths(Role::Code).collect(),
        promised: paths(Role::Test).collect(),
        linted: paths(Role::Code)
            .filter(|path| path.rsplit_once('.').is_some_and(|(_, end)| end == "py"))
            .collect(),
        ..Part::default()
    };
    let first = Wanted { part, lines_by_test: true, ..Wanted::outcomes("base", base, Vec::new()) };
    let first = bench.run(first, report).await?;
    // Where sets of objects give tests their names, it is another interpreter that shows it.
    let again = Wanted { fresh: true, ..Wanted::outcomes("base again", base, Vec::new()) };
    let second = bench.run(again, &|_| {}).await?;
    // Lines of every test may be more than a run can tell; then the other run has the outcomes.
    let is_whole = |evidence: &Evidence| outcomes(evidence, BTreeSet::new()).end != RunEnd::Limit;
    let told = if is_whole(&first) { &first } else { &second };
    let mut baseline = Baseline {
        environment: Some(told.environment.digest()),
        missing: told.tests.missing.iter().cloned().collect(),
        not_collected: not_collected(told),
        took_ms: told.timings_ms.tests,
        lint: lint::remarks(&first.lint, base),
        unavailable: unavailable(told, base),
        ..Baseline::default()
    };
    for case in &told.tests.cases {
        *baseline.times.entry(function_of(&case.id).to_owned()).or_default() += case.duration_ms;
    }
    let (one, other) = (outcomes(told, BTreeSet::new()), outcomes(&second, BTreeSet::new()));
    baseline.compare(&one, &other);
    baseline.outcomes = one;
    baseline.take_lines(&first);
    Ok(baseline)
}

/// Says why nothing can be said of changes of a base: its suite does not come to its end, or nothing of it passes.
fn unavailable(evidence: &Evidence, base: &Source) -> Option<String> {
    let passed = evidence.tests.passed;
    if !base.files().iter().any(|file| file.path.module().is_some()) {
        let why = "it holds no Python, and the sandbox judges nothing else yet";
        return Some(format!("{why}: no change of it can be approved here"));
    }
    match &evidence.termination {
        Termination::Completed | Termination::Collection(_) if passed > 0 => None,
        Termination::Completed => Some("no test of the base passes here".to_owned()),
        Termination::Collection(text) | Termination::Syntax(text) => {
            let lacking = packages_that_lack(evidence);
            let why = if lacking.is_empty() { text.clone() } else { lacking.join("; ") };
            Some(format!("the tests of the base cannot be collected here: {why}"))
        }
        Termination::Timeout => Some("the tests of the base do not end in time".to_owned()),
        Termination::Memory => Some("the tests of the base want more memory".to_owned()),
        Termination::Limit(text) => Some(format!("the tests of the base reach a limit: {text}")),
        Termination::EarlyExit(text) => Some(format!("the run of the base broke off: {text}")),
        Termination::Infrastructure(text) => Some(text.clone()),
        Termination::Cancelled => Some("the run of the base was stopped".to_owned()),
    }
}

/// What the sandbox says of packages that it has not, in its words.
pub(crate) fn packages_that_lack(evidence: &Evidence) -> Vec<&str> {
    let findings = evidence.integrity.findings.iter();
    let lacking = findings.filter(|finding| finding.code == MISSING_PACKAGE);
    lacking.map(|finding| finding.message.as_str()).collect()
}

impl Baseline {
    /// Notes what differs between two runs of the same files.
    fn compare(&mut self, one: &Outcomes, other: &Outcomes) {
        let by_id = |run: &Outcomes| -> BTreeMap<String, TestOutcome> {
            run.tests.iter().map(|seen| (seen.id.clone(), seen.outcome)).collect()
        };
        let (one, other) = (by_id(one), by_id(other));
        for (id, outcome) in &one {
            match other.get(id) {
                Some(again) if again == outcome => {}
                Some(_) => {
                    self.flaky.insert(id.clone());
                }
                None => {
                    self.unstable.insert(function_of(id).to_owned());
                }
            }
        }
    }

    fn take_lines(&mut self, evidence: &Evidence) {
        let Some(coverage) = &evidence.coverage else { return };
        let mut lines: BTreeMap<&str, BTreeMap<&str, BTreeSet<u32>>> = BTreeMap::new();
        for (id, files) in &coverage.by_test {
            for (path, ran) in files {
                let of_file = lines.entry(path).or_default();
                of_file.entry(function_of(id)).or_default().extend(ran);
            }
        }
        for (path, functions) in lines {
            let spans = |(name, lines): (&str, BTreeSet<u32>)| (name.to_owned(), spans(&lines));
            let functions = functions.into_iter().map(spans).collect();
            self.reach.insert(path.to_owned(), functions);
        }
    }
}

/// Sorted numbers as first and last of each stretch.
fn spans(numbers: &BTreeSet<u32>) -> Vec<(u32, u32)> {
    let mut spans: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match spans.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(*number) => *last = *number,
            Some(_) | None => spans.push((*number, *number)),
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;
    use record::domain::flips::Seen;

    #[test]
    fn what_differs_between_two_runs_of_a_base_is_noted() {
        let run = |tests: &[(&str, TestOutcome)]| Outcomes {
            tests: tests
                .iter()
                .map(|(id, outcome)| Seen {
                    id: (*id).to_owned(),
                    outcome: *outcome,
                    by_assertion: false,
                })
                .collect(),
            ..Outcomes::default()
        };
        let (passed, failed) = (TestOutcome::Passed, TestOutcome::Failed);
        let mut baseline = Baseline::default();

        baseline.compare(
            &run(&[("t.py::a", passed), ("t.py::b", passed), ("t.py::c[9:00]", passed)]),
            &run(&[("t.py::a", passed), ("t.py::b", failed), ("t.py::c[9:01]", passed)]),
        );

        assert_eq!(baseline.flaky, ["t.py::b".to_owned()].into());
        assert_eq!(baseline.unstable, ["t.py::c".to_owned()].into());
    }

    #[test]
    fn numbers_become_stretches() {
        assert_eq!(spans(&[1, 2, 3, 7, 9, 10].into()), [(1, 3), (7, 7), (9, 10)]);
    }
}
