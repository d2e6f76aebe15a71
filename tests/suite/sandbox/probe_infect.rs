//! What candidates would change, told without running them.

use std::time::Instant;

use record::domain::patch::{Edit, Patch};
use record::domain::probe::Infection::{self, Absent, Fails, Raise, Unknown, Unreached, Value};
use record::domain::probe::{Failing, Infect};
use record::domain::source::Source;

use crate::sandbox::probing::{infected, infected_in, pair, swap};

const CODE: &str = "import sys\nSTART = 0\n\n\ndef largest(values):\n    best = START + 0\n    for value in values + []:\n        if value > best:\n            best = value\n    sys.stdout.write(\n        str(best))\n    return best\n";
const TESTS: &str = "from subject import largest\n\n\ndef test_rising():\n    assert largest([1, 3]) == 3\n\n\ndef test_below():\n    assert largest([-2, -1]) == -1\n";

/// What each change of the code would do in each of the two tests, the one that passes first.
pub(super) fn told(source: &Source, changes: &[(&str, &str)]) -> Vec<[Infection; 2]> {
    told_of(source, changes.iter().map(|(from, to)| swap(source, from, to)).collect())
}

pub(super) fn told_of(source: &Source, patches: Vec<Patch>) -> Vec<[Infection; 2]> {
    let count = patches.len();
    let cases = ["test_rising", "test_below"].map(|name| format!("test_subject.py::{name}"));
    let told = infected(source.clone(), patches, cases.to_vec()).0;
    assert_eq!(told.keys().copied().collect::<Vec<_>>(), [0, 1]);
    (0..count).map(|place| [told[&0][place], told[&1][place]]).collect()
}

/// Where a text begins in the code.
pub(super) fn at(source: &Source, text: &str) -> usize {
    let code = source.files().iter().find(|file| file.path.as_str() == "subject.py").unwrap();
    code.text().find(text).unwrap()
}

pub(super) fn edit(start: usize, length: usize, text: &str) -> Patch {
    let path = "subject.py".parse().unwrap();
    Patch::of(Edit { path, start, end: start + length, text: text.to_owned() })
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

#[test]
fn a_test_that_never_ends_is_followed_for_a_while() {
    let code = "def steps(value):\n    count = 0\n    while value != 0:\n        value -= 2\n        count += 1\n    return count\n";
    let tests = "from subject import steps\n\n\ndef test_odd():\n    assert steps(3) == 2\n\n\ndef test_even():\n    assert steps(4) == 2\n";
    let source = pair(code, tests);
    let changes = [
        ("value != 0", "value > 0"),
        ("count = 0", "count = 0 + 0"),
        ("return count", "return count + 1"),
    ];
    let candidates: Vec<Patch> = changes.iter().map(|(from, to)| swap(&source, from, to)).collect();
    let cases: Vec<String> =
        ["odd", "even"].map(|name| format!("test_subject.py::test_{name}")).into();
    let infect = |failing| Infect { candidates: candidates.clone(), cases: cases.clone(), failing };

    let late = infected_in(source.clone(), infect(Failing { in_time: 0, late: 1 }));
    let other = infected_in(source, infect(Failing { in_time: 1, late: 0 }));

    let even = vec![Absent, Absent, Fails];
    assert_eq!(late.0, [(0, vec![Value, Absent, Unreached]), (1, even.clone())].into());
    assert_eq!(other.0, [(1, even)].into());
}

#[test]
fn lines_put_in_are_told_of_by_where_they_run_and_what_they_do() {
    let source = pair(CODE, TESTS);
    let [first, found, wrote] = ["    for value", "            best = value\n", "    sys.stdout"]
        .map(|text| at(&source, text));
    let behind = found + "            best = value\n".len();
    let lines = [
        // Before a statement, behind one, behind a whole loop, and before one.
        (found, "            best = 3\n", [Value, Unreached]),
        (behind, "            best += 1\n", [Value, Unreached]),
        (wrote, "    best = -1\n", [Value, Value]),
        (wrote, "        best = value\n", [Absent, Value]),
        (first, "    best = START\n", [Absent, Absent]),
        // Under a condition.
        (wrote, "    if best == 3:\n        return 4\n", [Fails, Absent]),
        (wrote, "    if best < missing:\n        return 4\n", [Raise, Raise]),
        (behind, "        else:\n            best = 7\n", [Absent, Value]),
        (behind, "        elif value == -1:\n            best = 7\n", [Absent, Value]),
        // What surely matters, and what nobody can tell of.
        (wrote, "    values.append(1)\n", [Value, Value]),
        (behind, "            break\n", [Value, Unreached]),
        (wrote, "    values.sort()\n", [Unknown, Unknown]),
        (behind, "            values.sort()\n", [Unknown, Unreached]),
        (wrote, "    if largest([]):\n        return 4\n", [Unknown, Unknown]),
        (
            behind,
            "        elif value == 7:\n            best = 7\n        else:\n            best = 8\n",
            [Unknown, Unknown],
        ),
        (wrote, "    if (\n", [Unknown, Unknown]),
        (wrote, "  best = 1\n", [Unknown, Unknown]),
    ];
    let patches = lines.iter().map(|(at, text, _)| edit(*at, 0, text)).collect();
    let instead =
        edit(found, behind - found, "            if value > 2:\n                best = value\n");
    let patches = [patches, vec![instead]].concat();

    let told = told_of(&source, patches);

    let wanted = lines.iter().map(|(_, _, wanted)| *wanted).chain([[Value, Unreached]]);
    assert_eq!(told, wanted.collect::<Vec<_>>());
}

#[test]
fn what_leaves_a_block_is_not_followed_by_what_is_put_in_behind_it() {
    let code = "def largest(values):\n    total = 0\n    for value in values:\n        if value < 0:\n            continue\n        total = value\n        try:\n            value = values[9]\n        except IndexError:\n            value = 0\n    while True:\n        if total > 0:\n            break\n        return -1\n    if total:\n        return total\n";
    let source = pair(code, TESTS);
    let [total, tried, looped, last] =
        ["        total = value", "        try:", "    while", "    if total:"]
            .map(|text| at(&source, text));
    let lines = [
        // Behind a condition that went on with the loop; what is before it is the same place.
        (total, "        value = 5\n", [Value, Unreached]),
        // Behind what raises, nobody can tell.
        (looped, "        total = 7\n", [Unknown, Unknown]),
        (tried, "        total = value\n", [Absent, Unreached]),
        // Behind a loop that is left by its own jump, and behind one that is not left but by an answer.
        (last, "    total = 8\n", [Value, Unreached]),
        (code.len(), "    return 1\n", [Unreached, Unreached]),
    ];
    let patches = lines.iter().map(|(at, text, _)| edit(*at, 0, text)).collect();

    let told = told_of(&source, patches);

    assert_eq!(told, lines.map(|(_, _, wanted)| wanted));
}
