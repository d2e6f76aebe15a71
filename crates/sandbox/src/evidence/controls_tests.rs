//! Judgement of controls, and that less is never more.
//!
//! Properties try many combinations: whatever is taken away from a run, or said worse of it, its grade does not rise.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::evidence::controls::{ControlRuns, Judged, Ran, judge};
use crate::evidence::plan::{ControlPlan, Phase};
use crate::evidence::witness::{Call, Expected, Witness};
use record::domain::controls::Controls;
use record::domain::evidence::IntegrityState;

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn ran(passed: &[&str], failed: &[&str]) -> Ran {
    Ran {
        is_complete: true,
        is_green: failed.is_empty(),
        passes: u32::try_from(passed.len()).unwrap(),
        passed: names(passed),
        failed: names(failed),
    }
}

fn witness(test: &str, stateful: bool) -> Witness {
    let call = Call {
        module: "subject".to_owned(),
        function: "add".to_owned(),
        args: vec![],
        named: BTreeMap::new(),
    };
    let expected = Expected::Value(json!(["int", "0x3"]));
    Witness { test: test.to_owned(), line: 4, expected, call, stateful }
}

/// Two passed tests with one changed expectation each and one replayable assertion.
fn plan() -> ControlPlan {
    ControlPlan {
        perturbed: names(&["a", "b"]),
        witnesses: vec![witness("a", false)],
        ..ControlPlan::default()
    }
}

fn answers(answer: &Json) -> BTreeMap<usize, Option<Json>> {
    BTreeMap::from([(0, Some(answer.clone()))])
}

fn good() -> ControlRuns {
    let failing = ran(&[], &["a", "b"]);
    ControlRuns {
        suites: [Phase::StubRaises, Phase::StubNone, Phase::StubEmpty, Phase::MutatedLiterals]
            .map(|phase| (phase, failing.clone()))
            .into(),
        answers: Some(answers(&json!(["int", "0x3"]))),
        ..ControlRuns::default()
    }
}

fn real() -> Ran {
    ran(&["a", "b"], &[])
}

fn of(plan: &ControlPlan, runs: &ControlRuns) -> (IntegrityState, Vec<String>) {
    let Judged { state, findings, .. } = judge(&real(), plan, runs);
    (state, findings.into_iter().map(|finding| finding.code).collect())
}

fn with(phase: Phase, run: Ran) -> ControlRuns {
    let mut runs = good();
    runs.suites.insert(phase, run);
    runs
}

fn told(state: IntegrityState, codes: &[&str]) -> (IntegrityState, Vec<String>) {
    (state, codes.iter().map(|code| (*code).to_owned()).collect())
}

#[test]
fn controls_that_hold_and_a_full_replay_confirm_a_suite() {
    let judged = judge(&real(), &plan(), &good());

    assert_eq!(judged.state, IntegrityState::Confirmed);
    assert_eq!(judged.findings, []);
    let phases = ["stub_raises", "stub_none", "stub_empty", "mutated_literals", "replay"];
    let phases = phases.map(str::to_owned).to_vec();
    let counts = Controls { phases, mutated: 2, caught: 2, replayed: 1, confirmed: 1 };
    assert_eq!(judged.controls, counts);
}

#[test]
fn a_changed_expectation_that_nobody_notices_is_suspect() {
    let one = with(Phase::MutatedLiterals, ran(&["b"], &["a"]));
    let all = with(Phase::MutatedLiterals, ran(&["a", "b"], &[]));
    let case = with(Phase::MutatedLiterals, ran(&["b"], &["a", "b"]));

    assert_eq!(of(&plan(), &one), told(IntegrityState::Suspect, &["mutation_unnoticed"]));
    assert_eq!(of(&plan(), &case).0, IntegrityState::Suspect);
    let codes = ["mutation_unnoticed", "vacuous_tests"];
    assert_eq!(of(&plan(), &all), told(IntegrityState::Suspect, &codes));
}

#[test]
fn a_stub_that_passes_is_vacuous_only_where_no_changed_expectation_was_noticed() {
    let fooled = with(Phase::StubNone, real());
    let mut alone = fooled.clone();
    alone.suites.remove(&Phase::MutatedLiterals);
    let nothing = ControlPlan { perturbed: BTreeSet::new(), ..plan() };

    assert_eq!(of(&plan(), &fooled), told(IntegrityState::Confirmed, &["stub_passes"]));
    assert_eq!(of(&nothing, &alone), told(IntegrityState::Suspect, &["vacuous_tests"]));
}

#[test]
fn a_suite_that_notices_one_empty_function_is_excused() {
    let nothing = ControlPlan { perturbed: BTreeSet::new(), ..plan() };
    let fooled = |alone| ControlRuns { alone, ..with(Phase::StubEmpty, real()) };
    let noticed = ran(&["a"], &["b"]);

    let codes = ["stub_passes", "no_control"];
    let excused = fooled(vec![real(), noticed]);
    assert_eq!(of(&nothing, &excused), told(IntegrityState::Observed, &codes));
    let accused = fooled(vec![real(), real()]);
    assert_eq!(of(&nothing, &accused), told(IntegrityState::Suspect, &["vacuous_tests"]));
}

#[test]
fn nothing_to_change_is_no_alarm() {
    let nothing = ControlPlan { perturbed: BTreeSet::new(), ..plan() };

    assert_eq!(of(&nothing, &good()), told(IntegrityState::Observed, &["no_control"]));
}

#[test]
fn a_call_that_gives_something_else_is_suspect_unless_the_code_keeps_state() {
    let four = ControlRuns { answers: Some(answers(&json!(["int", "0x4"]))), ..good() };
    let silent = ControlRuns { answers: Some(BTreeMap::new()), ..good() };
    let stateful = ControlPlan { witnesses: vec![witness("a", true)], ..plan() };
    let foreign = ControlPlan { witnesses: vec![witness("skipped", false)], ..plan() };

    assert_eq!(of(&plan(), &four), told(IntegrityState::Suspect, &["witness_mismatch"]));
    assert_eq!(of(&stateful, &four), told(IntegrityState::Controlled, &["witness_unstable"]));
    assert_eq!(of(&plan(), &silent), told(IntegrityState::Controlled, &[]));
    assert_eq!(of(&foreign, &four), told(IntegrityState::Controlled, &[]));
}

#[test]
fn a_control_that_the_sandbox_lost_proves_nothing_and_accuses_nobody() {
    let mut lost = with(Phase::StubNone, real());
    lost.suites.remove(&Phase::MutatedLiterals);
    lost.lost = BTreeSet::from([Phase::MutatedLiterals]);

    let codes = ["stub_passes", "control_lost"];
    assert_eq!(of(&plan(), &lost), told(IntegrityState::Observed, &codes));
}

/// Moves `test` from failed to passed in a control: worse for the suite.
fn worsened(run: &Ran, test: &str) -> Ran {
    let mut worse = run.clone();
    worse.failed.remove(test);
    worse.passed.insert(test.to_owned());
    worse.passes = u32::try_from(worse.passed.len()).unwrap();
    worse.is_green = worse.failed.is_empty();
    worse
}

fn outcome() -> impl Strategy<Value = Ran> {
    prop::sample::subsequence(vec!["a", "b"], 0..=2).prop_map(|passed| {
        let failed: Vec<&str> =
            ["a", "b"].into_iter().filter(|test| !passed.contains(test)).collect();
        ran(&passed, &failed)
    })
}

proptest! {
    #[test]
    fn a_control_that_more_tests_survive_never_gives_a_better_grade(
        runs in prop::collection::vec(outcome(), 4),
        answer in prop::sample::select(vec![json!(["int", "0x3"]), json!(["int", "0x4"]), json!(0)]),
        at in 0_usize..4,
        test in prop::sample::select(vec!["a", "b"]),
    ) {
        let phases = [Phase::StubRaises, Phase::StubNone, Phase::StubEmpty, Phase::MutatedLiterals];
        let mut before = good();
        before.suites = phases.into_iter().zip(runs).collect();
        before.answers = Some(answers(&answer));
        let mut after = before.clone();
        let run = worsened(&before.suites[&phases[at]], test);
        after.suites.insert(phases[at], run);

        prop_assert!(of(&plan(), &after).0 <= of(&plan(), &before).0);
    }
}
