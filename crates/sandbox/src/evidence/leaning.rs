//! Tests that lean on others: what they find was left by those before them.
//!
//! A test that holds only where it stands shows what the code does after other calls, and not what it was written to show.
//! So a suite whose tests may find what others left runs once from the last to the first.

use crate::evidence::ran::Ran;
use record::domain::evidence::Finding;

/// The tests that passed, and failed in reverse order.
pub(crate) fn tests<'a>(real: &'a Ran, reversed: Option<&Ran>) -> Vec<&'a str> {
    let fails = |test: &&String| {
        let cases = reversed.and_then(|ran| ran.cases.get(*test));
        real.holds(test) && cases.is_some_and(|(_, failed)| *failed > 0)
    };
    real.passed.iter().filter(fails).map(String::as_str).collect()
}

/// Tells of them by their names.
pub(crate) fn finding(names: &str) -> Finding {
    let told =
        "these tests fail where the suite runs in reverse order, so they lean on what others leave";
    Finding { code: "order_dependent_tests".to_owned(), message: format!("{told}: {names}") }
}
