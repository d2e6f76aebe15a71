//! What candidates would change, told without running them.

use std::time::Instant;

use saraphina::domain::patch::Patch;
use saraphina::domain::source::Source;
use saraphina::sandbox::probe::Infection::{self, Absent, Raise, Unknown, Unreached, Value};

use crate::sandbox::probing::{infected, pair, swap};

const CODE: &str = "import sys\nSTART = 0\n\n\ndef largest(values):\n    best = START + 0\n    for value in values + []:\n        if value > best:\n            best = value\n    sys.stdout.write(\n        str(best))\n    return best\n";
const TESTS: &str = "from subject import largest\n\n\ndef test_rising():\n    assert largest([1, 3]) == 3\n\n\ndef test_below():\n    assert largest([-2, -1]) == -1\n";

/// What each change of the code would do in each of the two tests, the one that passes first.
fn told(source: &Source, changes: &[(&str, &str)]) -> Vec<[Infection; 2]> {
    let patches = changes.iter().map(|(from, to)| swap(source, from, to)).collect();
    let cases = ["test_rising", "test_below"].map(|name| format!("test_subject.py::{name}"));
    let told = infected(source.clone(), patches, cases.to_vec()).0;
    assert_eq!(told.keys().copied().collect::<Vec<_>>(), [0, 1]);
    (0..changes.len()).map(|place| [told[&0][place], told[&1][place]]).collect()
}

#[test]
fn an_expression_is_compared_with_what_a_candidate_makes_of_it() {
    let source = pair(CODE, TESTS);
    let told = told(
        &source,
        &[
            ("START + 0", "START + 1"),
            ("START + 0", "0 + START"),
            ("value > best", "value >= best"),
            ("value > best", "value > -best - 1.5"),
            ("value > best", "value > missing"),
            ("values + []", "values[1:]"),
            ("str(best)", "str(values[2])"),
        ],
    );

    assert_eq!(
        told,
        [
            [Value, Value],
            [Absent, Absent],
            [Absent, Absent],
            [Absent, Value],
            [Raise, Raise],
            [Value, Value],
            [Raise, Raise],
        ]
    );
}

#[test]
fn what_a_statement_assigns_is_compared_too() {
    let source = pair(CODE, TESTS);
    let told = told(
        &source,
        &[
            ("best = value", "best += value"),
            ("best = value", "worst = value"),
            ("            best = value\n", ""),
            ("best = START + 0", "best, rest = START, 0"),
            ("best = START + 0", "values = values"),
        ],
    );

    assert_eq!(
        told,
        [
            [Value, Unreached],
            [Value, Unreached],
            [Value, Unreached],
            [Value, Value],
            [Value, Value],
        ]
    );
}

#[test]
fn what_may_have_effects_is_not_evaluated() {
    let source = pair(CODE, TESTS);
    let told = told(
        &source,
        &[
            ("value > best", "values.pop() > best"),
            ("value > best", "largest([]) > best"),
            ("value > best", "value > ("),
            ("START = 0", "START = 1"),
            ("sys.stdout.write", "print"),
            ("str(best)", "str(-best)"),
            ("best = value", "best = value; values.clear()"),
        ],
    );

    assert_eq!(
        told,
        [
            [Unknown, Unknown],
            [Unknown, Unknown],
            [Unknown, Unknown],
            [Unknown, Unknown],
            [Value, Value],
            [Value, Absent],
            [Unknown, Unreached],
        ]
    );
}

#[test]
fn iterators_and_functions_of_the_code_are_left_alone() {
    let code = "def largest(values):\n    values = iter(values)\n    key = negative\n    best = max(values, key=key)\n    return best\n\n\ndef negative(value):\n    return -value\n";
    let source = pair(code, TESTS);

    let told = told(&source, &[("max(values, key=key)", "min(values)"), ("key=key", "default=1")]);

    assert_eq!(told, [[Unknown, Unknown], [Unknown, Unknown]]);
}

#[test]
fn an_endless_expression_costs_its_test_and_nothing_else() {
    let source = pair(CODE, TESTS);
    let patches: Vec<Patch> = vec![
        swap(&source, "best = value", "best = sum(range(10 ** 12))"),
        swap(&source, "value > best", "value > best + 0 * len([0] * 10 ** 11)"),
        swap(&source, "str(best)", "str(7)"),
    ];
    let cases = ["test_rising", "test_below", "test_none"];
    let cases = cases.map(|name| format!("test_subject.py::{name}"));
    let started = Instant::now();

    let told = infected(source, patches, cases.to_vec()).0;

    assert_eq!(told, [(1, vec![Unreached, Raise, Value])].into());
    assert!(started.elapsed().as_secs() < 15);
}
