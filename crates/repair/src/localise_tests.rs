//! Tests of suspicion by line.
//!
//! They cover the cases without a trace too, in which nothing may be ruled out.

use std::collections::BTreeSet;

use super::localise::{FLOOR, Suspicion, localise};
use record::domain::probe::{Case, Complaint, Traced};
use record::domain::source_path::SourcePath;

fn path() -> SourcePath {
    "a.py".parse().unwrap()
}

fn case(id: &str, lines: &[u32], complaint: Option<Complaint>) -> Case {
    let lines: BTreeSet<u32> = lines.iter().copied().collect();
    let lines = if lines.is_empty() { vec![] } else { vec![(path(), lines)] };
    Case { id: id.to_owned(), complaint, lines: lines.into_iter().collect() }
}

fn traced(cases: Vec<Case>) -> Traced {
    Traced { cases, ..Traced::default() }
}

#[test]
fn lines_that_only_failing_tests_run_are_the_most_suspicious() {
    let failing = Some(Complaint::default());
    let cases = vec![case("a", &[1, 2], failing), case("b", &[1, 3], None)];

    let suspicion = localise(&traced(cases));

    let rounded = |told: f64| format!("{told:.3}");
    let told = [1, 2, 3, 9].map(|line| rounded(suspicion.of(&path(), line)));
    assert_eq!(told, ["0.707", "1.000", "0.020", "0.020"]);
}

#[test]
fn a_failing_test_without_lines_counts_for_its_place() {
    let complaint = Complaint { place: Some((path(), 7)), ..Complaint::default() };

    let suspicion = localise(&traced(vec![case("a", &[], Some(complaint))]));

    assert!((suspicion.of(&path(), 7) - 1.0).abs() < 1e-9);
    assert!((suspicion.most(&path(), 1, 6) - FLOOR).abs() < 1e-9);
    assert!((suspicion.most(&path(), 5, 9) - 1.0).abs() < 1e-9);
}

#[test]
fn nothing_is_suspicious_where_nothing_fails() {
    let suspicion = localise(&traced(vec![case("a", &[1], None)]));

    assert_eq!(suspicion, Suspicion::default());
    assert!((suspicion.of(&path(), 1) - 1.0).abs() < 1e-9);
}

#[test]
fn places_are_named_from_the_most_suspicious_on() {
    let failing = Some(Complaint::default());
    let cases = vec![case("a", &[1, 4, 2], failing), case("b", &[1], None)];

    let places = localise(&traced(cases)).places(2);

    assert_eq!(places, ["a.py:2", "a.py:4"]);
    assert!(Suspicion::default().places(5).is_empty());
}
