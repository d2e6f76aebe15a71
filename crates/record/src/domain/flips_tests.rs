//! What counts as turned, as gone and as let off, run by run.

use proptest::prelude::*;

use super::change_evidence::{ControlGrade, How};
use super::evidence::TestOutcome::{self, Error, Failed, Passed, Skipped};
use super::flips::{Functions, Outcomes, RunEnd, Runs, Seen, Turned, file_of, function_of, turned};
use std::collections::BTreeSet;

fn seen(id: &str, outcome: TestOutcome) -> Seen {
    Seen { id: id.to_owned(), outcome, by_assertion: outcome == Failed }
}

fn outcomes(tests: &[(&str, TestOutcome)]) -> Outcomes {
    let tests = tests.iter().map(|(id, outcome)| seen(id, *outcome)).collect();
    Outcomes { tests, ..Outcomes::default() }
}

/// A run of chosen files.
fn chosen(file: &str, end: RunEnd, tests: &[(&str, TestOutcome)]) -> Outcomes {
    Outcomes { files: [file.to_owned()].into(), end, ..outcomes(tests) }
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// The runs of a change; a test function is its own where it is named so.
struct Case {
    base: Outcomes,
    reverted: Option<Outcomes>,
    result: Outcomes,
    old_tests: Option<Outcomes>,
    functions: Functions,
    unstable: BTreeSet<String>,
    flaky: BTreeSet<String>,
}

impl Case {
    fn of(base: &[(&str, TestOutcome)], result: &[(&str, TestOutcome)]) -> Self {
        Self {
            base: outcomes(base),
            reverted: None,
            result: outcomes(result),
            old_tests: None,
            functions: Functions::default(),
            unstable: BTreeSet::new(),
            flaky: BTreeSet::new(),
        }
    }

    fn turned(&self) -> Turned {
        turned(&Runs {
            base: &self.base,
            reverted: self.reverted.as_ref(),
            result: &self.result,
            old_tests: self.old_tests.as_ref(),
            functions: &self.functions,
            unstable: &self.unstable,
            flaky: &self.flaky,
        })
    }
}

#[test]
fn tests_red_on_both_sides_are_told_apart_from_what_turned() {
    let base = [("t.py::a", Failed), ("t.py::b", Passed), ("t.py::c", Error), ("t.py::d", Passed)];
    let result =
        [("t.py::a", Failed), ("t.py::b", Error), ("t.py::c", Passed), ("t.py::d", Passed)];

    let turned = Case::of(&base, &result).turned();

    assert_eq!(turned.red_before_and_after, ["t.py::a"]);
    assert_eq!(turned.flips.broken, ["t.py::b"]);
    assert_eq!(turned.flips.fixed, ["t.py::c"]);
}

#[test]
fn a_test_that_was_edited_in_place_turns_between_the_second_run_and_the_third() {
    let mut case = Case::of(&[("t.py::a", Passed)], &[("t.py::a", Passed)]);
    case.reverted = Some(chosen("t.py", RunEnd::Completed, &[("t.py::a", Failed)]));
    case.functions.own = names(&["t.py::a"]);

    let turned = case.turned();

    assert_eq!(turned.flips.fixed, ["t.py::a"]);
    assert_eq!(turned.control.grade, ControlGrade::Holds);
    assert!(turned.control.holds_in_assertion());
}

#[test]
fn a_test_whose_text_lies_in_another_file_is_one_of_the_change() {
    let result = [("all.py::T::a", Passed), ("all.py::T::b", Passed)];
    let mut case = Case::of(&[("all.py::T::b", Passed)], &result);
    let reverted = [("all.py::T::a", Passed), ("all.py::T::b", Passed)];
    case.reverted = Some(chosen("all.py", RunEnd::Completed, &reverted));
    (case.functions.own, case.functions.taken) = (names(&["t.py::T::a"]), names(&["T::a"]));

    let control = case.turned().control;

    assert_eq!((control.own_tests, control.passing_on_base), (1, vec!["all.py::T::a".to_owned()]));
}

#[test]
fn tests_that_come_from_data_are_ones_of_the_change() {
    let tests =
        ["new", "passing", "changed", "old", "red"].map(|name| format!("all.py::T::{name}"));
    let run = |outcomes: &[(usize, TestOutcome)]| -> Vec<(&str, TestOutcome)> {
        outcomes.iter().map(|(at, outcome)| (&*tests[*at], *outcome)).collect()
    };
    let result = run(&[0, 1, 2, 3, 4].map(|at| (at, Passed)));
    let mut case = Case::of(&run(&[(2, Passed), (3, Passed), (4, Failed)]), &result);
    let reverted = run(&[(0, Failed), (1, Passed), (2, Failed), (3, Passed), (4, Failed)]);
    case.reverted = Some(chosen("all.py", RunEnd::Completed, &reverted));

    let turned = case.turned();

    assert_eq!(turned.control.own_tests, 3, "a test that was red before is no new one");
    assert_eq!(turned.control.passing_on_base, ["all.py::T::passing"]);
    assert_eq!(turned.control.grade, ControlGrade::Holds);
    assert_eq!(turned.flips.fixed, ["all.py::T::changed", "all.py::T::new", "all.py::T::red"]);
}

#[test]
fn the_grade_of_a_control_says_how_the_best_test_ends_without_the_change() {
    let grade = |end, reverted: &[(&str, TestOutcome)]| {
        let mut case = Case::of(&[], &[("t.py::a", Passed)]);
        case.reverted = Some(chosen("t.py", end, reverted));
        case.functions.own = names(&["t.py::a"]);
        let control = case.turned().control;
        (control.grade, control.tests.first().map(|test| test.how), control.passing_on_base)
    };

    assert_eq!(
        grade(RunEnd::Completed, &[("t.py::a", Error)]),
        (ControlGrade::Holds, Some(How::Error), vec![])
    );
    assert_eq!(
        grade(RunEnd::Collection, &[]),
        (ControlGrade::Collection, Some(How::Collection), vec![])
    );
    assert_eq!(grade(RunEnd::Limit, &[]), (ControlGrade::Limit, Some(How::Limit), vec![]));
    assert_eq!(
        grade(RunEnd::Completed, &[("t.py::a", Passed)]),
        (ControlGrade::None, None, vec!["t.py::a".to_owned()])
    );
    assert_eq!(
        grade(RunEnd::Completed, &[("t.py::a", Skipped)]),
        (ControlGrade::None, None, vec![])
    );
}

#[test]
fn what_is_gone_is_explained_by_a_partner_or_by_the_test_as_it_was() {
    let base =
        [("t.py::a", Passed), ("t.py::b", Passed), ("t.py::c[1]", Passed), ("t.py::d", Passed)];
    let mut case = Case::of(&base, &[("t.py::c[2]", Passed), ("t.py::e", Passed)]);
    case.functions.renamed = [("t.py::a".to_owned(), "t.py::e".to_owned())].into();
    let old = [("t.py::a", Failed), ("t.py::b", Passed), ("t.py::d", Failed)];
    case.old_tests = Some(chosen("t.py", RunEnd::Completed, &old));

    let flips = case.turned().flips;

    assert_eq!(flips.removed, ["t.py::a", "t.py::b", "t.py::c[1]", "t.py::d"]);
    assert_eq!(flips.partners.get("t.py::a").map(String::as_str), Some("t.py::e"));
    assert_eq!(flips.partners.get("t.py::c[1]").map(String::as_str), Some("t.py::c[2]"));
    assert_eq!(flips.unexplained, ["t.py::d"]);
}

#[test]
fn a_test_that_is_skipped_is_explained_only_where_it_holds_as_it_was() {
    let base = [("t.py::a", Passed), ("t.py::b", Passed), ("u.py::c", Passed)];
    let result =
        [("t.py::a", Skipped), ("t.py::b", Skipped), ("u.py::c", Skipped), ("t.py::n", Skipped)];
    let mut case = Case::of(&base, &result);
    let old = [("t.py::a", Passed), ("t.py::b", Failed)];
    case.old_tests = Some(chosen("t.py", RunEnd::Completed, &old));

    let conditional = case.turned().flips;
    case.functions.left_out = names(&["t.py::n"]);
    let outright = case.turned().flips;

    assert_eq!(conditional.skipped, ["t.py::a", "t.py::b", "t.py::n", "u.py::c"]);
    assert_eq!(conditional.unexplained, ["t.py::b", "u.py::c"]);
    assert_eq!(outright.unexplained, ["t.py::b", "t.py::n", "u.py::c"]);
}

#[test]
fn tests_whose_names_hold_the_time_are_compared_by_their_order() {
    let base = [("t.py::a[9:00]", Passed), ("t.py::a[9:01]", Passed)];
    let mut case = Case::of(&base, &[("t.py::a[9:10]", Passed), ("t.py::a[9:11]", Failed)]);
    case.unstable = names(&["t.py::a"]);

    let turned = case.turned();

    assert_eq!(turned.flips.broken, ["t.py::a[9:11]"]);
    assert_eq!((turned.flips.removed, turned.flips.new), (vec![], vec![]));
}

#[test]
fn what_differs_when_it_is_repeated_counts_for_nothing_else() {
    let mut case = Case::of(&[("t.py::a", Passed)], &[("t.py::a", Failed)]);
    case.flaky = names(&["t.py::a"]);

    let flips = case.turned().flips;

    assert_eq!((flips.flaky, flips.broken), (vec!["t.py::a".to_owned()], vec![]));
}

#[test]
fn old_tests_that_fail_are_named_and_so_are_files_that_cannot_be_collected() {
    let base = [("t.py::a", Passed), ("t.py::b", Failed), ("u.py::c", Passed)];
    let old = |end, tests: &[(&str, TestOutcome)]| {
        let mut case = Case::of(&base, &base);
        case.old_tests = Some(chosen("t.py", end, tests));
        case.turned().old_tests_failing
    };

    assert_eq!(old(RunEnd::Completed, &[("t.py::a", Failed), ("t.py::b", Failed)]), ["t.py::a"]);
    assert_eq!(old(RunEnd::Collection, &[]), ["t.py"]);
}

#[test]
fn names_of_functions_end_before_their_parameters() {
    for (id, function, file) in [
        ("a/t.py::C::f[x::y[0]]", "a/t.py::C::f", "a/t.py"),
        ("a[1]/t.py::f", "a[1]/t.py::f", "a[1]/t.py"),
        ("t.py", "t.py", "t.py"),
    ] {
        assert_eq!((function_of(id), file_of(id)), (function, file));
    }
}

fn some_outcomes() -> impl Strategy<Value = Vec<(String, TestOutcome)>> {
    let outcome = prop_oneof![Just(Passed), Just(Failed), Just(Error), Just(Skipped)];
    let id = (0_u8..6).prop_map(|number| format!("t.py::f{}[{}]", number / 2, number % 2));
    proptest::collection::btree_map(id, outcome, 0..6).prop_map(|map| map.into_iter().collect())
}

proptest! {
    #[test]
    fn every_green_test_of_the_base_is_green_broken_let_off_or_gone(
        base in some_outcomes(), result in some_outcomes(), reverted in some_outcomes(),
    ) {
        let of = |tests: &[(String, TestOutcome)]| Outcomes {
            tests: tests.iter().map(|(id, outcome)| seen(id, *outcome)).collect(),
            ..Outcomes::default()
        };
        let mut case = Case::of(&[], &[]);
        case.base = of(&base);
        case.result = of(&result);
        case.reverted = Some(Outcomes { files: ["t.py".to_owned()].into(), ..of(&reverted) });

        let turned = case.turned();

        let flips = &turned.flips;
        for (id, _) in base.iter().filter(|(_, outcome)| *outcome == Passed) {
            let now = result.iter().find(|(other, _)| other == id).map(|(_, outcome)| *outcome);
            let places = [
                now == Some(Passed),
                flips.broken.contains(id),
                flips.skipped.contains(id) && flips.unexplained.contains(id),
                flips.removed.contains(id),
            ];
            prop_assert_eq!(places.iter().filter(|holds| **holds).count(), 1);
        }
        // Nothing that is red in the result is excused unless it is red on the base.
        for id in &turned.red_before_and_after {
            prop_assert!(base.iter().any(|(other, outcome)| other == id && *outcome != Passed));
        }
    }
}

#[test]
fn what_passed_as_it_is_was_not_red_where_its_file_could_not_be_collected() {
    let base = [("t.py::same", Passed), ("t.py::changed", Passed)];
    let result = [("t.py::same", Passed), ("t.py::changed", Passed), ("t.py::new", Passed)];
    let mut case = Case::of(&base, &result);
    case.reverted = Some(chosen("t.py", RunEnd::Collection, &[]));
    case.functions.own = names(&["t.py::changed", "t.py::new"]);

    let turned = case.turned();

    assert_eq!(turned.flips.fixed, ["t.py::changed", "t.py::new"]);
    assert_eq!(turned.flips.new, ["t.py::new"]);
    assert_eq!(turned.control.grade, ControlGrade::Collection);
    assert_eq!(turned.control.tests.len(), 3, "all of them need the change to be collected");
}
