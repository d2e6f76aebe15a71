//! Judgement of negative controls, the runs that should fail.
//!
//! A suite that passes on stubs, or with changed expectations, proves nothing, and the integrity of its evidence says so.
//! Each rule is one-sided: a control that is lost or shows less never gives a better grade.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::evidence::plan::{ControlPlan, Phase};
use crate::evidence::tests::base_name;
use crate::evidence::witness::{Replayed, compare};
use record::domain::controls::Controls;
use record::domain::evidence::{Finding, IntegrityState, Termination, TestOutcome, Tests};

/// Most tests that one finding names.
const MOST_NAMES: usize = 5;

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
    /// Tests of which a case failed or erred.
    pub(crate) failed: BTreeSet<String>,
}

impl Ran {
    /// Sums up tests by name, and how their run ended.
    pub(crate) fn of(tests: &Tests, termination: &Termination) -> Self {
        let with = |outcomes: &[TestOutcome]| -> BTreeSet<String> {
            let cases = tests.cases.iter().filter(|case| outcomes.contains(&case.outcome));
            cases.map(|case| base_name(&case.id).to_owned()).collect()
        };
        Self {
            is_complete: *termination == Termination::Completed,
            is_green: tests.failed == 0 && tests.errors == 0 && tests.missing.is_empty(),
            passes: tests.passed,
            passed: with(&[TestOutcome::Passed]),
            failed: with(&[TestOutcome::Failed, TestOutcome::Error]),
        }
    }

    fn passes_everything(&self, real: &Self) -> bool {
        self.is_complete && self.is_green && self.passes > 0 && self.passes >= real.passes
    }
}

/// The runs that were made.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct ControlRuns {
    /// Each suite that ran on other files.
    pub(crate) suites: BTreeMap<Phase, Ran>,
    /// Suites on code of which one definition alone is a stub.
    pub(crate) alone: Vec<Ran>,
    /// What replayed calls gave; absent where none ran.
    pub(crate) answers: Option<BTreeMap<usize, Option<Json>>>,
    /// Runs that the sandbox could not carry out.
    pub(crate) lost: BTreeSet<Phase>,
}

/// The grade that follows, its reasons and its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Judged {
    pub(crate) state: IntegrityState,
    pub(crate) findings: Vec<Finding>,
    pub(crate) controls: Controls,
}

/// Judges the runs of a suite that passed; a run that shows less never gives a better grade.
pub(crate) fn judge(real: &Ran, plan: &ControlPlan, runs: &ControlRuns) -> Judged {
    let mutated = Mutated::of(real, plan, runs);
    let replay = Replay::of(real, plan, runs);
    let fooled = fooled(real, runs);
    let is_vacuous = vacuous_by(real, plan, runs).is_some();
    let is_suspect = is_vacuous || !mutated.unnoticed.is_empty() || !replay.refuted.is_empty();
    let state = match (is_suspect, mutated.caught.is_empty() || !runs.lost.is_empty()) {
        (true, _) => IntegrityState::Suspect,
        (false, true) => IntegrityState::Observed,
        (false, false) if replay.is_full() => IntegrityState::Confirmed,
        (false, false) => IntegrityState::Controlled,
    };
    let mut findings = stub_findings(&fooled, is_vacuous);
    findings.extend(mutated.findings(&fooled));
    findings.extend(replay.findings());
    if mutated.tests.is_empty() && !is_vacuous {
        let why = Some(&plan.unavailable).filter(|why| !why.is_empty());
        let told = "no assertion compares with a literal that could be changed";
        findings.push(finding("no_control", why.map_or(told, |why| why).to_owned()));
    }
    findings.extend(runs.lost.iter().map(|phase| {
        finding("control_lost", format!("the control {} could not be carried out", phase.word()))
    }));
    let alone = runs.alone.first().map(|_| Phase::StubAlone);
    let replayed = runs.answers.as_ref().map(|_| Phase::Replay);
    Judged {
        state,
        findings,
        controls: Controls {
            phases: runs
                .suites
                .keys()
                .copied()
                .chain(alone)
                .chain(replayed)
                .map(|phase| phase.word().to_owned())
                .collect(),
            mutated: count(&mutated.tests),
            caught: count(&mutated.caught),
            replayed: replay.replayed,
            confirmed: replay.confirmed,
        },
    }
}

/// The stubs that pass the whole suite.
fn fooled(real: &Ran, runs: &ControlRuns) -> Vec<Phase> {
    let passes =
        |phase: &Phase| runs.suites.get(phase).is_some_and(|run| run.passes_everything(real));
    [Phase::StubRaises, Phase::StubNone, Phase::StubEmpty].into_iter().filter(passes).collect()
}

/// The emptiest stub that passes a suite which has noticed nothing.
///
/// A suite may hold one function against another: then both pass as stubs together, and neither does alone.
pub(crate) fn vacuous_by(real: &Ran, plan: &ControlPlan, runs: &ControlRuns) -> Option<Phase> {
    let is_proven = !Mutated::of(real, plan, runs).caught.is_empty();
    let is_excused = runs.alone.iter().any(|run| !run.passes_everything(real));
    let is_open = is_proven || is_excused || runs.lost.contains(&Phase::MutatedLiterals);
    fooled(real, runs).pop().filter(|_| !is_open)
}

/// Passed tests with a changed expectation.
struct Mutated {
    tests: BTreeSet<String>,
    caught: BTreeSet<String>,
    unnoticed: BTreeSet<String>,
}

impl Mutated {
    fn of(real: &Ran, plan: &ControlPlan, runs: &ControlRuns) -> Self {
        let none = Ran::default();
        let run = runs.suites.get(&Phase::MutatedLiterals).unwrap_or(&none);
        let passes = |test: &&String| real.passed.contains(*test) && !real.failed.contains(*test);
        let tests: BTreeSet<String> = plan.perturbed.iter().filter(passes).cloned().collect();
        let unnoticed: BTreeSet<String> = tests.intersection(&run.passed).cloned().collect();
        let caught = tests.intersection(&run.failed).filter(|test| !unnoticed.contains(*test));
        Self { caught: caught.cloned().collect(), unnoticed, tests }
    }

    fn findings(&self, fooled: &[Phase]) -> Vec<Finding> {
        if self.unnoticed.is_empty() {
            return Vec::new();
        }
        let names: Vec<&str> = self.unnoticed.iter().map(String::as_str).take(MOST_NAMES).collect();
        let told = format!(
            "{} tests pass although an expected value was changed: {}",
            self.unnoticed.len(),
            names.join(", ")
        );
        let is_vacuous = !fooled.is_empty() || self.caught.is_empty();
        let vacuous = is_vacuous
            .then(|| finding("vacuous_tests", "the suite cannot fail where it should".to_owned()));
        [finding("mutation_unnoticed", told)].into_iter().chain(vacuous).collect()
    }
}

fn stub_findings(fooled: &[Phase], is_vacuous: bool) -> Vec<Finding> {
    let code = if is_vacuous { "vacuous_tests" } else { "stub_passes" };
    let told = |phase: &Phase| finding(code, format!("{} passes this suite", phase.told()));
    fooled.iter().map(told).collect()
}

/// Assertions of passed tests that were replayed.
#[derive(Default)]
struct Replay {
    replayed: u32,
    confirmed: u32,
    refuted: Vec<String>,
    unstable: u32,
}

impl Replay {
    fn of(real: &Ran, plan: &ControlPlan, runs: &ControlRuns) -> Self {
        let mut replay = Self::default();
        let Some(answers) = &runs.answers else { return replay };
        for (index, witness) in plan.witnesses.iter().enumerate() {
            if !real.passed.contains(&witness.test) || real.failed.contains(&witness.test) {
                continue;
            }
            replay.replayed += 1;
            let answer = answers.get(&index).and_then(Option::as_ref);
            match compare(&witness.expected, answer) {
                Replayed::Confirmed => replay.confirmed += 1,
                Replayed::Open => {}
                Replayed::Refuted if witness.stateful => replay.unstable += 1,
                Replayed::Refuted => replay.refuted.push(format!(
                    "{} line {} ({}.{})",
                    witness.test, witness.line, witness.call.module, witness.call.function
                )),
            }
        }
        replay
    }

    fn is_full(&self) -> bool {
        self.replayed > 0 && self.replayed == self.confirmed
    }

    fn findings(&self) -> Vec<Finding> {
        let named = self.refuted.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
        let refuted = (!self.refuted.is_empty()).then(|| {
            let told = format!("called by itself, the code gives something else than in {named}");
            finding("witness_mismatch", told)
        });
        let unstable = (self.unstable > 0).then(|| {
            let told = "calls differ when replayed, and the code keeps state between calls";
            finding("witness_unstable", format!("{} {told}", self.unstable))
        });
        refuted.into_iter().chain(unstable).collect()
    }
}

fn finding(code: &str, message: String) -> Finding {
    Finding { code: code.to_owned(), message }
}

fn count(tests: &BTreeSet<String>) -> u32 {
    u32::try_from(tests.len()).unwrap_or(u32::MAX)
}
