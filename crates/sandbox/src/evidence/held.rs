//! Values of a box, held against expectations that it never had.
//!
//! The tests of such a run tell what they have and go on. Here it is decided whether that is what they expect, after
//! Python's own equality of builtin values; whatever the box reports of itself counts for nothing.

use serde_json::Value as Json;

use crate::evidence::expectations::{Expectation, Kind, Reach};
use crate::evidence::value::{canonical, lowered};

/// What the values of one expectation come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Held {
    /// The box has something else than its test expects.
    Wrong,
    /// It told nothing, though its test passed.
    Silent,
    /// It told nothing, and may not have come by.
    Unmet,
    /// A value whose equality only its own code can decide.
    Open,
    /// What is expected, each time.
    Right,
}

/// Holds what a box told against an expectation; `cases` is how often its test passed.
pub(crate) fn hold(expectation: &Expectation, told: &[(i64, Json)], cases: u32) -> Held {
    if told.is_empty() {
        let is_due = expectation.reach == Reach::Surely && cases > 0;
        return if is_due { Held::Silent } else { Held::Unmet };
    }
    let row = |(row, value): &(i64, Json)| {
        let expected = usize::try_from(*row).ok().and_then(|row| expectation.expected.get(row));
        expected.map_or(Held::Wrong, |expected| compare(expectation.kind, expected, value))
    };
    let worst = told.iter().map(row).min().unwrap_or(Held::Open);
    if worst == Held::Right && !is_whole(expectation, told, cases) {
        return Held::Silent;
    }
    worst
}

/// Whether every row of a table was told that the test has passed with.
fn is_whole(expectation: &Expectation, told: &[(i64, Json)], cases: u32) -> bool {
    let mut rows: Vec<i64> = told.iter().map(|(row, _)| *row).collect();
    rows.sort_unstable();
    rows.dedup();
    let all = expectation.expected.len();
    let due = match (expectation.reach, expectation.is_loop) {
        (Reach::Caught | Reach::Perhaps, _) => 1,
        (Reach::Surely, true) => all,
        // Rows may be skipped.
        (Reach::Surely, false) => all.min(usize::try_from(cases).unwrap_or(usize::MAX)),
    };
    rows.len() >= due
}

/// Compares one value.
fn compare(kind: Kind, expected: &Json, value: &Json) -> Held {
    let agrees = match (kind, word(expected)) {
        (Kind::True | Kind::False, _) => {
            truth(value).map(|truth| expected.get(1) == Some(&Json::Bool(truth)))
        }
        (Kind::Raises, _) => Some(is_raised(expected, value)),
        // Nothing can pass for one of these by what its class says.
        (Kind::Same, "none" | "bool") => Some(expected == value),
        (Kind::Same, _) => (expected == value).then_some(true),
        (Kind::Equal | Kind::Holds, _) => equal(expected, value),
    };
    match agrees {
        Some(true) => Held::Right,
        Some(false) => Held::Wrong,
        None => Held::Open,
    }
}

fn equal(expected: &Json, value: &Json) -> Option<bool> {
    let wanted = canonical(expected)?;
    if let Some(plain) = canonical(value) {
        return Some(plain == wanted);
    }
    // What holds the very same is right whatever it says of itself; anything else may be equal in its own way.
    (canonical(&lowered(value))? == wanted).then_some(true)
}

fn is_raised(expected: &Json, value: &Json) -> bool {
    let names = |coded: &Json| coded.get(1).and_then(Json::as_array).cloned().unwrap_or_default();
    let raised = names(value);
    word(value) == "raised" && names(expected).iter().any(|name| raised.contains(name))
}

/// Whether a builtin value is true.
fn truth(value: &Json) -> Option<bool> {
    let part = value.get(1);
    match word(value) {
        "none" => Some(false),
        "bool" => part?.as_bool(),
        "int" | "float" => Some(part?.as_str()? != "0x0"),
        "str" | "bytes" => Some(!part?.as_str()?.is_empty()),
        "list" | "tuple" | "set" | "frozenset" | "dict" => Some(!part?.as_array()?.is_empty()),
        _ => None,
    }
}

fn word(coded: &Json) -> &str {
    coded.get(0).and_then(Json::as_str).unwrap_or_default()
}
