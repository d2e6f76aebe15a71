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

/// How often a test passed, and failed as it declares (`xfail`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cases {
    pub(crate) passed: u32,
    pub(crate) xfailed: u32,
}

/// Holds what a box told against an expectation; a test that declares of some cases that they fail may have as many wrong values.
pub(crate) fn hold(expectation: &Expectation, told: &[(i64, Json)], count: Cases) -> Held {
    let Cases { passed: cases, xfailed } = count;
    if told.is_empty() {
        let is_due = expectation.reach == Reach::Surely && cases > 0;
        return if is_due { Held::Silent } else { Held::Unmet };
    }
    let row = |(row, value): &(i64, Json)| {
        let expected = usize::try_from(*row).ok().and_then(|row| expectation.expected.get(row));
        match expected {
            // It may be skipped, or be there to fail.
            Some(Json::Null) => Held::Right,
            Some(expected) => compare(expectation.kind, expected, value),
            None => Held::Wrong,
        }
    };
    let mut rows: Vec<Held> = told.iter().map(row).collect();
    rows.sort_unstable();
    let wrong = rows.iter().take_while(|held| **held == Held::Wrong).count();
    let excused = wrong.min(usize::try_from(xfailed).unwrap_or(usize::MAX));
    let worst = rows.get(excused).copied().unwrap_or(Held::Open);
    if worst == Held::Right && excused > 0 {
        // Which case was declared to fail is not known, so nothing is borne out.
        return Held::Unmet;
    }
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
    let is_spared = |row: &i64| {
        usize::try_from(*row).is_ok_and(|row| expectation.expected.get(row) == Some(&Json::Null))
    };
    rows.retain(|row| !is_spared(row));
    let all = expectation.expected.iter().filter(|expected| !expected.is_null()).count();
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
        // There was too much to tell.
        _ if word(value) == "much" => None,
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

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::{Cases, Held, hold};
    use crate::evidence::controls_samples::expectation;
    use crate::evidence::expectations::{Expectation, Kind, Reach};

    fn passed(passed: u32) -> Cases {
        Cases { passed, xfailed: 0 }
    }

    /// What one value comes to where this is expected.
    fn held(kind: Kind, expected: Json, value: Json) -> Held {
        let expectation = Expectation { kind, expected: vec![expected], ..expectation("a", 0) };
        hold(&expectation, &[(0, value)], passed(1))
    }

    #[test]
    fn values_of_builtin_types_are_right_or_wrong() {
        let three = || json!(["int", "0x3"]);

        assert_eq!(held(Kind::Equal, three(), json!(["float", "0x3"])), Held::Right);
        assert_eq!(held(Kind::Equal, three(), json!(["int", "0x4"])), Held::Wrong);
        assert_eq!(held(Kind::Equal, three(), json!("no value")), Held::Open);
        let nested = json!(["list", [["tuple", [three()]]]]);
        assert_eq!(held(Kind::Equal, nested.clone(), nested), Held::Right);
    }

    #[test]
    fn a_subclass_is_right_by_what_it_holds_and_open_by_anything_else() {
        let text = || json!(["str", "61"]);
        let own = |held: Json| json!(["own", held, "subject.Text"]);
        let inside = json!(["list", [own(text())]]);

        assert_eq!(held(Kind::Equal, text(), own(text())), Held::Right);
        assert_eq!(held(Kind::Equal, json!(["list", [text()]]), inside), Held::Right);
        assert_eq!(held(Kind::Equal, text(), own(json!(["str", "62"]))), Held::Open);
        assert_eq!(held(Kind::Equal, text(), json!(["other", "subject.Any"])), Held::Open);
    }

    #[test]
    fn nothing_passes_for_none_or_true_by_what_its_class_says() {
        let odd = || json!(["other", "subject.Any"]);

        assert_eq!(held(Kind::Same, json!(["none"]), json!(["none"])), Held::Right);
        assert_eq!(held(Kind::Same, json!(["none"]), odd()), Held::Wrong);
        assert_eq!(held(Kind::Same, json!(["none"]), json!(["much"])), Held::Open);
        assert_eq!(held(Kind::Same, json!(["bool", true]), json!(["int", "0x1"])), Held::Wrong);
        assert_eq!(held(Kind::True, json!(["truth", true]), json!(["str", ""])), Held::Wrong);
        assert_eq!(held(Kind::False, json!(["truth", false]), json!(["list", []])), Held::Right);
        assert_eq!(held(Kind::True, json!(["truth", true]), odd()), Held::Open);
    }

    #[test]
    fn an_exception_is_right_by_the_name_of_it_or_of_a_base() {
        let lookup = || json!(["raises", ["LookupError"]]);

        let key = json!(["raised", ["KeyError", "LookupError", "Exception"]]);
        assert_eq!(held(Kind::Raises, lookup(), key), Held::Right);
        assert_eq!(held(Kind::Raises, lookup(), json!(["raised", ["ValueError"]])), Held::Wrong);
        assert_eq!(held(Kind::Raises, lookup(), json!(["none"])), Held::Wrong);
    }

    #[test]
    fn every_row_of_a_table_is_due_but_those_that_are_spared() {
        let three = || json!(["int", "0x3"]);
        let rows = |expected, is_loop, told: &[i64], cases| {
            let expectation = Expectation { is_loop, expected, ..expectation("a", 0) };
            let told: Vec<(i64, Json)> = told.iter().map(|row| (*row, three())).collect();
            hold(&expectation, &told, passed(cases))
        };
        let two = || vec![three(), three()];

        assert_eq!(rows(two(), false, &[0, 1], 2), Held::Right);
        assert_eq!(rows(two(), false, &[0, 0], 2), Held::Silent);
        assert_eq!(rows(two(), false, &[1], 1), Held::Right);
        assert_eq!(rows(two(), true, &[0], 1), Held::Silent);
        assert_eq!(rows(two(), false, &[0, 7], 2), Held::Wrong);
        assert_eq!(rows(vec![three(), Json::Null], false, &[0, 1], 1), Held::Right);
    }

    #[test]
    fn as_many_values_may_be_wrong_as_cases_are_declared_to_fail() {
        let expected = vec![json!(["raises", ["LookupError"]])];
        let expectation = Expectation { kind: Kind::Raises, expected, ..expectation("a", 0) };
        let told = ["none", "none", "raised"].map(|word| (0, json!([word, ["LookupError"]])));
        let held = |xfailed| hold(&expectation, &told, Cases { passed: 1, xfailed });

        assert_eq!([held(0), held(1), held(2)], [Held::Wrong, Held::Wrong, Held::Unmet]);
    }

    #[test]
    fn what_is_not_told_is_missing_only_where_it_is_surely_met() {
        let perhaps = Expectation { reach: Reach::Perhaps, ..expectation("a", 0) };

        assert_eq!(hold(&expectation("a", 0), &[], passed(1)), Held::Silent);
        assert_eq!(hold(&expectation("a", 0), &[], passed(0)), Held::Unmet);
        assert_eq!(hold(&perhaps, &[], passed(1)), Held::Unmet);
    }
}
