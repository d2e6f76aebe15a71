//! Tests of the order of edits by what they change in tests.
//!
//! Orders are compared whole, since a single misplaced edit costs an execution.

use std::collections::BTreeMap;

use super::infection::by_infection;
use super::suggestion::{Likely, Suggestion};
use record::domain::patch::Patch;
use record::domain::probe::Infection::{
    self, Absent, Fails, Holds, Raise, Unknown, Unreached, Value,
};
use record::domain::probe::{Failing, Infected};

/// The order that edits come in which promise 10, 9, 8 …, by what each does in each test; the first two tests fail.
fn order(of_edits: &[&[Infection]]) -> Vec<usize> {
    order_of("compare", of_edits)
}

fn order_of(operator: &'static str, of_edits: &[&[Infection]]) -> Vec<usize> {
    places(&weighed(operator, of_edits))
}

fn weighed(operator: &'static str, of_edits: &[&[Infection]]) -> Vec<Likely> {
    let edit = |place: usize| Suggestion {
        patch: Patch { edits: Vec::new() },
        operator,
        why: place.to_string(),
        promise: f64::from(10_u32 - u32::try_from(place).unwrap()),
    };
    // One edit more than anything is told of.
    let edits: Vec<Suggestion> = (0..=of_edits.len()).map(edit).collect();
    let mut cases: BTreeMap<usize, Vec<Infection>> = BTreeMap::new();
    for told in of_edits {
        for (case, infection) in told.iter().enumerate() {
            cases.entry(case).or_default().push(*infection);
        }
    }
    let edits = by_infection(edits, &Infected(cases), Failing { in_time: 2, late: 0 });
    assert!(edits.iter().all(|edit| edit.suggestion.promise > 1.0), "{edits:?}");
    edits
}

/// The same edits, the likeliest first.
fn by_chance(edits: &[Likely]) -> Vec<Likely> {
    let mut edits = edits.to_vec();
    edits.sort_by(|one, other| other.likely.total_cmp(&one.likely));
    edits
}

fn places(edits: &[Likely]) -> Vec<usize> {
    edits.iter().map(|edit| edit.suggestion.why.parse().unwrap()).collect()
}

#[test]
fn an_edit_that_spares_a_failing_test_comes_last() {
    let order =
        order(&[&[Value, Absent, Absent], &[Unreached, Value, Absent], &[Value, Value, Absent]]);

    assert_eq!(order, [2, 3, 0, 1]);
}

#[test]
fn an_edit_that_makes_all_failing_tests_raise_comes_last() {
    let order = order(&[&[Raise, Raise, Absent], &[Raise, Value, Absent]]);

    assert_eq!(order, [1, 2, 0]);
}

#[test]
fn an_edit_comes_later_the_more_passing_tests_it_changes() {
    let order = order(&[
        &[Value, Value, Value, Value],
        &[Value, Value, Value, Absent],
        &[Value, Value, Unreached, Absent],
    ]);

    assert_eq!(order, [2, 3, 1, 0]);
}

#[test]
fn what_is_not_known_changes_nothing() {
    let order = order(&[
        &[Unknown, Unknown, Value],
        &[Unreached, Unreached, Unreached],
        &[Unknown, Value, Absent],
        &[Value, Value, Absent],
    ]);

    assert_eq!(order, [0, 1, 2, 3, 4]);
}

#[test]
fn a_copy_matters_although_values_stay_the_same() {
    let spared: &[&[Infection]] = &[&[Absent, Absent], &[Value, Value]];

    assert_eq!((order(spared), order_of("copy", spared)), (vec![1, 2, 0], vec![0, 1, 2]));
}

#[test]
fn an_edit_that_spares_all_passing_tests_is_the_likeliest_wherever_it_comes() {
    let told: &[&[Infection]] = &[
        &[Value, Value, Absent, Unknown],
        &[Value, Value, Absent, Absent],
        &[Value, Unknown, Unreached, Absent],
        &[Value, Absent, Absent, Absent],
        &[Unknown, Unknown, Absent, Unreached],
    ];
    let edits = weighed("compare", told);

    // The last one is that of which nothing is told.
    assert_eq!(places(&edits), [0, 1, 2, 4, 5, 3]);
    assert_eq!(places(&by_chance(&edits)), [1, 2, 4, 0, 5, 3]);
}

#[test]
fn an_edit_that_fails_an_assertion_comes_last_whatever_test_it_is_in() {
    let order = order(&[
        &[Fails, Value, Absent],
        &[Value, Unknown, Fails],
        &[Value, Value, Absent],
        &[Unknown, Unknown, Value],
    ]);

    assert_eq!(order, [2, 3, 4, 0, 1]);
}

#[test]
fn an_edit_with_which_assertions_hold_is_likelier_and_promises_the_same() {
    let told: &[&[Infection]] = &[
        &[Value, Value, Value],
        &[Value, Value, Holds],
        &[Value, Holds, Holds],
        &[Holds, Holds, Absent],
        &[Holds, Absent, Absent],
    ];
    let edits = weighed("compare", told);

    assert_eq!(places(&edits), [1, 2, 3, 5, 0, 4]);
    assert_eq!(places(&by_chance(&edits)), [3, 2, 1, 5, 0, 4]);
}

#[test]
fn an_edit_that_changes_nothing_in_an_endless_test_is_put_behind_and_not_given_up() {
    let edit = |operator| Suggestion {
        patch: Patch { edits: Vec::new() },
        operator,
        why: String::new(),
        promise: 1.0,
    };
    let operators = ["absent", "unreached", "raises", "value", "unknown", "mended"];
    let late = vec![Absent, Unreached, Raise, Value, Unknown, Value];
    let passing = vec![Value, Value, Value, Value, Value, Absent];
    let infected = Infected([(0, late), (1, passing)].into());

    let edits =
        by_infection(operators.map(edit).to_vec(), &infected, Failing { in_time: 0, late: 1 });

    let order: Vec<&str> = edits.iter().map(|edit| edit.suggestion.operator).collect();
    assert_eq!(order, ["unknown", "mended", "value", "absent", "unreached", "raises"]);
}
