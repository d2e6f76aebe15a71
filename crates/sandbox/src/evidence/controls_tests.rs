//! Judgement of controls, and that less is never more.
//!
//! Properties try many combinations: whatever is taken away from a run, or said worse of it, its grade does not rise.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use serde_json::json;

use crate::evidence::claims::Claim;
use crate::evidence::controls::{Judged, judge};
use crate::evidence::controls_samples::{
    acted, answers, expectation, good, half, last, names, plan, ran, real, script, three, told,
    witness,
};
use crate::evidence::expectations::{Expectation, Reach, Root, Told};
use crate::evidence::plan::{ControlPlan, Phase};
use crate::evidence::ran::Ran;
use crate::evidence::rounds::{halves, is_doubtful, lasts};
use crate::evidence::runs::ControlRuns;
use crate::evidence::scripts::{Acted, Part};
use crate::frame::Frame;
use record::domain::controls::{Controls, Outside};
use record::domain::evidence::IntegrityState;

fn of(plan: &ControlPlan, runs: &ControlRuns) -> (IntegrityState, Vec<String>) {
    let Judged { state, findings, .. } = judge(&real(), plan, runs);
    (state, findings.into_iter().map(|finding| finding.code).collect())
}

fn stubbed(phase: Phase, run: Ran) -> ControlRuns {
    let mut runs = good();
    runs.stubs.insert(phase, run);
    runs
}

fn nothing_changed() -> ControlPlan {
    ControlPlan { expectations: Vec::new(), ..plan() }
}

fn judged_as(state: IntegrityState, codes: &[&str]) -> (IntegrityState, Vec<String>) {
    (state, codes.iter().map(|code| (*code).to_owned()).collect())
}

#[test]
fn a_suite_of_which_the_outside_decided_every_test_is_confirmed() {
    let judged = judge(&real(), &plan(), &good());

    assert_eq!(judged.state, IntegrityState::Confirmed);
    assert_eq!(judged.findings, []);
    let phases = ["stub_raises", "stub_empty", "changed_half", "replay"];
    let phases = phases.map(str::to_owned).to_vec();
    let outside = Outside { tests: 2, decided: 2, comparisons: 2, right: 2 };
    let counts = Controls {
        phases,
        mutated: 2,
        caught: 2,
        replayed: 1,
        confirmed: 1,
        outside,
        ..Controls::default()
    };
    assert_eq!(judged.controls, counts);
}

#[test]
fn a_suite_with_a_test_that_only_its_box_decided_is_controlled() {
    let mut computed = plan();
    computed.expectations[1].ask.clear();
    let large = Expectation { number: 2, ask: vec![], ..expectation("a", 0) };
    let with_large = ControlPlan {
        expectations: vec![expectation("a", 0), expectation("b", 1), large],
        ..plan()
    };
    let helper = ControlPlan {
        expectations: vec![
            expectation("a", 0),
            Expectation { origin: Root::Own, ..expectation("b", 1) },
        ],
        ..plan()
    };

    assert_eq!(of(&computed, &good()), judged_as(IntegrityState::Controlled, &[]));
    assert_eq!(of(&with_large, &good()).0, IntegrityState::Controlled);
    assert_eq!(of(&helper, &good()), judged_as(IntegrityState::Controlled, &[]));
}

#[test]
fn a_value_that_is_not_what_its_test_expects_is_suspect_whatever_the_box_reports() {
    let wrong = acted(Phase::Half(0), half(("a", 0), "b", json!(["int", "0x4"])));
    let silent = acted(Phase::Half(0), Acted { told: Told::new(), ..half(("a", 0), "b", three()) });

    let codes = ["outside_mismatch"];
    assert_eq!(of(&plan(), &wrong), judged_as(IntegrityState::Suspect, &codes));
    let codes = ["comparison_missing"];
    assert_eq!(of(&plan(), &silent), judged_as(IntegrityState::Suspect, &codes));
    assert!(is_doubtful(&plan(), &real(), &wrong) && is_doubtful(&plan(), &real(), &silent));
    assert!(!is_doubtful(&plan(), &real(), &good()));
}

#[test]
fn what_the_failure_of_another_test_brought_about_is_excused_by_a_run_without_it() {
    let mut runs = acted(Phase::Half(0), half(("a", 0), "b", json!(["int", "0x4"])));
    let asked = Acted {
        script: script(&[("a", Part::Ask), ("b", Part::Ask)]),
        ran: real(),
        told: BTreeMap::from([(0, vec![(0, three())]), (1, vec![(0, three())])]),
    };

    runs.acted.insert(Phase::Outside(0), asked);

    assert_eq!(of(&plan(), &runs), judged_as(IntegrityState::Confirmed, &[]));
}

#[test]
fn a_value_of_the_codes_own_type_is_open_and_no_alarm() {
    let own = json!(["own", ["int", "0x4"], "subject.Modular"]);
    let runs = acted(Phase::Half(0), half(("a", 0), "b", own));

    let codes = ["equality_of_the_code"];
    assert_eq!(of(&plan(), &runs), judged_as(IntegrityState::Controlled, &codes));
    assert_eq!(lasts(&plan(), &real(), &runs), []);
    // It warns, say, and the test waits for that: what comes after it is not reached without it.
    let later = Expectation { number: 2, ..expectation("b", 1) };
    let with_later = |[first, second]: [Expectation; 2]| ControlPlan {
        expectations: vec![expectation("a", 0), first, second],
        ..plan()
    };
    let after = with_later([expectation("b", 1), later.clone()]);
    assert_eq!(of(&after, &runs).0, IntegrityState::Controlled);
    let before = with_later([later, expectation("b", 1)]);
    assert_eq!(of(&before, &runs).0, IntegrityState::Suspect);
}

#[test]
fn a_changed_expectation_counts_as_unnoticed_when_nothing_else_is_noticed_either() {
    let passes = Acted { ran: ran(&["a", "b"], &[]), ..half(("a", 0), "b", three()) };
    let absorbed = acted(Phase::Half(0), passes);
    let tried = |run| {
        let mut runs = absorbed.clone();
        runs.acted.insert(Phase::Last(0), last(&[("a", 0)], run));
        runs
    };

    let again = lasts(&plan(), &real(), &absorbed);
    assert_eq!(again, [script(&[("a", Part::Last(0)), ("b", Part::Ask)])]);
    assert_eq!(of(&plan(), &absorbed).0, IntegrityState::Confirmed);
    assert_eq!(of(&plan(), &absorbed).1, ["expectation_absorbed", "expectations_untried"]);
    let codes = ["mutation_unnoticed"];
    let unnoticed = judged_as(IntegrityState::Suspect, &codes);
    assert_eq!(of(&plan(), &tried(ran(&["a", "b"], &[]))), unnoticed);
    assert_eq!(of(&plan(), &tried(ran(&["b"], &["a"]))).0, IntegrityState::Confirmed);
}

#[test]
fn what_a_test_may_catch_itself_or_never_meet_raises_no_alarm() {
    let unnoticed = |reach| {
        let mut plan = plan();
        plan.expectations[0].reach = reach;
        plan.expectations[0].ask.clear();
        let mut runs = good();
        runs.acted.insert(Phase::Last(0), last(&[("a", 0)], real()));
        of(&plan, &runs).0
    };

    assert_eq!(unnoticed(Reach::Surely), IntegrityState::Suspect);
    assert_eq!(unnoticed(Reach::Perhaps), IntegrityState::Controlled);
    assert_eq!(unnoticed(Reach::Caught), IntegrityState::Controlled);
}

/// A test with parameters may compare for some of them only; the others pass whatever is expected there.
#[test]
fn cases_that_go_another_way_excuse_nothing_and_alarm_nobody() {
    let real = ran(&["a", "a", "a", "b"], &[]);
    let mut plan = plan();
    plan.expectations[0].reach = Reach::Perhaps;
    let judged = |of_last: Ran| {
        let mut runs = good();
        let unnoticed = ran(&["a", "a", "a", "b"], &[]);
        runs.acted.insert(Phase::Half(0), Acted { ran: unnoticed, ..half(("a", 0), "b", three()) });
        runs.acted.insert(Phase::Last(0), last(&[("a", 0)], of_last));
        judge(&real, &plan, &runs).state
    };

    assert_eq!(judged(ran(&["a", "a", "b"], &["a"])), IntegrityState::Confirmed);
    assert_eq!(judged(ran(&["a", "a", "a", "b"], &[])), IntegrityState::Suspect);
}

#[test]
fn halves_are_drawn_by_the_seed_and_hold_every_test_once_each_way() {
    let drawn = |seed: &str| halves(&plan(), &real(), seed);

    let [one, two] = [&drawn("s")[0].0, &drawn("s")[1].0];

    for (at, test) in ["a", "b"].into_iter().enumerate() {
        let parts = BTreeSet::from([one[test] == Part::Ask, two[test] == Part::Ask]);
        assert_eq!(parts.len(), 2, "{test}");
        assert!([one[test], two[test]].contains(&Part::Change(at)));
    }
    assert_eq!(drawn("s"), drawn("s"));
}

#[test]
fn a_stub_that_passes_is_vacuous_only_where_no_changed_expectation_was_noticed() {
    let fooled = stubbed(Phase::StubEmpty, real());
    let mut alone = fooled.clone();
    alone.acted.clear();

    let codes = ["stub_passes"];
    assert_eq!(of(&plan(), &fooled), judged_as(IntegrityState::Confirmed, &codes));
    let codes = ["vacuous_tests"];
    assert_eq!(of(&nothing_changed(), &alone), judged_as(IntegrityState::Suspect, &codes));
}

#[test]
fn no_noticed_literal_excuses_a_definition_that_its_tests_do_not_need() {
    let claim = Claim { claimed: names(&["b"]), named: names(&["b"]) };
    let claims = BTreeMap::from([("area".to_owned(), claim)]);
    let claimed = ControlPlan { claims, ..plan() };
    let run = |phases: &[Phase]| {
        let mut runs = good();
        for phase in phases {
            runs.stubs.insert(*phase, ran(&["b"], &["a"]));
        }
        of(&claimed, &runs)
    };

    let codes = ["vacuous_tests"];
    let both = run(&[Phase::StubRaises, Phase::StubEmpty]);
    assert_eq!(both, judged_as(IntegrityState::Suspect, &codes));
    assert_eq!(run(&[Phase::StubEmpty]).0, IntegrityState::Confirmed);
    assert_eq!(run(&[Phase::StubRaises]).0, IntegrityState::Confirmed);
}

#[test]
fn tests_that_compare_only_helpers_of_their_own_do_not_need_what_they_call() {
    let claim = Claim { claimed: names(&["b"]), named: names(&["b"]) };
    let own = Expectation { origin: Root::Own, ..expectation("b", 1) };
    let of_origin = |expectation| ControlPlan {
        claims: BTreeMap::from([("area".to_owned(), claim.clone())]),
        expectations: vec![self::expectation("a", 0), expectation],
        ..plan()
    };
    let runs = stubbed(Phase::StubEmpty, ran(&["b"], &["a"]));

    assert_eq!(of(&of_origin(own), &runs).0, IntegrityState::Suspect);
    assert_eq!(of(&of_origin(expectation("b", 1)), &runs).0, IntegrityState::Confirmed);
}

#[test]
fn a_suite_that_notices_one_empty_function_is_excused() {
    let fooled = |alone| {
        let runs = stubbed(Phase::StubEmpty, real());
        ControlRuns { alone, acted: BTreeMap::new(), ..runs }
    };
    let noticed = ran(&["a"], &["b"]);

    let codes = ["stub_passes", "no_control"];
    let excused = fooled(vec![real(), noticed]);
    let observed = judged_as(IntegrityState::Observed, &codes);
    assert_eq!(of(&nothing_changed(), &excused), observed);
    let accused = fooled(vec![real(), real()]);
    let codes = ["vacuous_tests"];
    assert_eq!(of(&nothing_changed(), &accused), judged_as(IntegrityState::Suspect, &codes));
}

#[test]
fn nothing_to_change_is_no_alarm() {
    let runs = ControlRuns { acted: BTreeMap::new(), ..good() };

    let codes = ["no_control"];
    assert_eq!(of(&nothing_changed(), &runs), judged_as(IntegrityState::Observed, &codes));
}

#[test]
fn a_call_that_gives_something_else_is_suspect_unless_the_code_keeps_state() {
    let four = ControlRuns { answers: Some(answers(&json!(["int", "0x4"]))), ..good() };
    let silent = ControlRuns { answers: Some(BTreeMap::new()), ..good() };
    let stateful = ControlPlan { witnesses: vec![witness("a", true)], ..plan() };
    let foreign = ControlPlan { witnesses: vec![witness("skipped", false)], ..plan() };

    assert_eq!(of(&plan(), &four), judged_as(IntegrityState::Suspect, &["witness_mismatch"]));
    let codes = ["witness_unstable"];
    assert_eq!(of(&stateful, &four), judged_as(IntegrityState::Controlled, &codes));
    assert_eq!(of(&plan(), &silent), judged_as(IntegrityState::Controlled, &[]));
    assert_eq!(of(&foreign, &four), judged_as(IntegrityState::Confirmed, &[]));
}

#[test]
fn a_control_that_the_sandbox_lost_proves_nothing_and_accuses_nobody() {
    let mut lost = stubbed(Phase::StubEmpty, real());
    lost.acted.clear();
    lost.lost = BTreeSet::from([Phase::Half(0)]);

    let codes = ["stub_passes", "no_control", "control_lost"];
    assert_eq!(of(&plan(), &lost), judged_as(IntegrityState::Observed, &codes));
}

/// Moves `test` from failed to passed in a control: worse for the suite.
fn worsened(run: &Ran, test: &str) -> Ran {
    let passed: Vec<&str> =
        ["a", "b"].into_iter().filter(|each| *each == test || run.passed.contains(*each)).collect();
    let failed: Vec<&str> = ["a", "b"].into_iter().filter(|each| !passed.contains(each)).collect();
    ran(&passed, &failed)
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
        runs in prop::collection::vec(outcome(), 3),
        answer in prop::sample::select(vec![json!(["int", "0x3"]), json!(["int", "0x4"]), json!(0)]),
        at in 0_usize..3,
        test in prop::sample::select(vec!["a", "b"]),
    ) {
        let of_runs = |given: &[Ran]| {
            let mut all = good();
            all.stubs = [Phase::StubRaises, Phase::StubEmpty].into_iter().zip(given.to_vec()).collect();
            all.acted.insert(Phase::Last(0), last(&[("a", 0), ("b", 1)], given[2].clone()));
            all.answers = Some(answers(&answer));
            of(&plan(), &all).0
        };
        let mut worse = runs.clone();
        worse[at] = worsened(&runs[at], test);

        prop_assert!(of_runs(&worse) <= of_runs(&runs));
    }

    #[test]
    fn a_value_that_is_less_right_never_gives_a_better_grade(
        values in prop::collection::vec(0_usize..4, 2),
        at in 0_usize..2,
    ) {
        // From right to nothing at all.
        let value = |rank: usize| [three(), json!(["other", "subject.Odd"]), json!(["int", "0x4"])].get(rank).cloned();
        let of_values = |ranks: &[usize]| {
            let mut runs = good();
            for (phase, rank) in ranks.iter().enumerate() {
                let half = runs.acted.get_mut(&Phase::Half(phase)).unwrap();
                let number = u32::try_from(1 - phase).unwrap();
                half.told = value(*rank).map(|value| told(number, value)).unwrap_or_default();
            }
            of(&plan(), &runs).0
        };
        let mut worse = values.clone();
        worse[at] = (values[at] + 1).min(3);

        prop_assert!(of_values(&worse) <= of_values(&values));
    }
}

#[test]
fn what_lies_in_a_file_of_which_nothing_ran_is_not_claimed() {
    let pair = |name: &str| (name.to_owned(), "t.py::test_a".to_owned(), true);
    let pairs = ["area", "old_area", "own"].map(pair).to_vec();
    let place = |name: &str, path: &str| (name.to_owned(), path.to_owned());
    let places =
        vec![place("area", "shape.py"), place("area", "old.py"), place("old_area", "old.py")];
    let mut plan = ControlPlan::default();
    plan.take(Frame::Claims { pairs });
    plan.take(Frame::Defined { places });

    plan.leave_idle(|path| path == "old.py");

    let claimed: Vec<&str> = plan.claims.keys().map(String::as_str).collect();
    assert_eq!(claimed, ["area", "own"]);
}
