//! What assertions say of values that candidates would give them.

use record::domain::probe::Infection::{Absent, Fails, Holds, Raise, Unreached, Value};

use crate::sandbox::probe_infect::{at, edit, told, told_of};
use crate::sandbox::probing::pair;

const CODE: &str = "def after(value):\n    if value < 0:\n        return 0\n    return value + 1\n";
const TESTS: &str = "from subject import after\n\n\ndef test_rising():\n    assert after(3) == 4\n\n\ndef test_below():\n    assert sum([after(5)]) == 5\n";

#[test]
fn a_value_that_a_function_gives_a_test_is_held_against_its_assertion() {
    let source = pair(CODE, TESTS);
    let told = told(
        &source,
        &[
            ("value + 1", "value"),
            ("value + 1", "1 + value"),
            ("value + 1", "value * 2 - 2"),
            ("value + 1", "[value]"),
            ("value + 1", "missing"),
            ("return value + 1", "return 4"),
            ("return 0", "return 1"),
            // A condition leaves with one value or with the other.
            ("value < 0", "value < 4"),
            ("value < 0", "value > 4"),
            ("value < 0", "value < -1"),
        ],
    );

    assert_eq!(
        told,
        [
            [Fails, Holds],
            [Absent, Absent],
            [Absent, Fails],
            [Fails, Fails],
            [Raise, Raise],
            [Absent, Fails],
            [Unreached, Unreached],
            [Fails, Absent],
            [Absent, Fails],
            [Absent, Absent],
        ]
    );
}

#[test]
fn lines_that_leave_a_function_are_held_against_it_too() {
    let source = pair(CODE, TESTS);
    let last = at(&source, "    return value + 1");
    let lines = [
        ("    if value == 5:\n        return 5\n", [Absent, Holds]),
        ("    if value == 5:\n        return after(5)\n", [Absent, Value]),
        ("    return 4\n", [Holds, Fails]),
        ("    elif value == 3:\n        return value\n", [Fails, Absent]),
        ("    else:\n        return value\n", [Fails, Holds]),
    ];
    let patches = lines.iter().map(|(text, _)| edit(last, 0, text)).collect();

    assert_eq!(told_of(&source, patches), lines.map(|(_, wanted)| wanted));
}

/// A suite with a form of assertion in the test that passes first, and what it asks of `after(0)` in the other.
fn suite(form: &str, other: &str) -> String {
    format!(
        "import contextlib\nimport unittest\n\nimport pytest\nfrom subject import after\n\nEXPECTED = [4]\n\n\ndef case():\n    return unittest.TestCase()\n\n\ndef test_rising():\n    {form}\n\n\ndef test_below():\n    {other}\n"
    )
}

#[test]
fn assertions_are_known_in_many_forms() {
    let forms = [
        "found = after(3)\n    assert found == 4",
        "assert after(\n        3\n    ) == pytest.approx(4)",
        "assert after(\n        value=3) in EXPECTED",
        "case().assertEqual(after(3), 4)",
        "case().assertTrue(after(3) == 4)",
        "case().assertFalse(after(3) != 4)",
        "for given, wanted in [[3, 4]]:\n        assert after(given) == wanted",
        "with case().subTest(given=3):\n        assert after(3) == 4",
    ];
    for form in forms {
        let source = pair(CODE, &suite(form, "assert not after(0)"));
        let changes = [("value + 1", "value"), ("value + 1", "float(value + 1)")];

        assert_eq!(told(&source, &changes), [[Fails, Holds], [Holds, Fails]], "{form}");
    }
}

#[test]
fn where_it_is_not_clear_what_an_assertion_says_of_a_value_nothing_is_said() {
    let forms = [
        // Which value is waited for.
        "assert after(after(3)) == 5",
        "assert all(after(given) == given + 1 for given in [3, 4])",
        "assert [after(given) for given in [3, 4]] == [4, 5]",
        "assert after(3) == after(3)",
        "assert (lambda: after(3))() == 4",
        "case().assertEqual(*[after(3), 4])",
        "found = after(3)\n    found += 0\n    assert found == 4",
        // What follows where it does not hold.
        "with pytest.raises(AssertionError):\n        assert after(3) == 9",
        "with contextlib.suppress(AssertionError):\n        assert after(3) == 9",
        "try:\n        assert after(3) == 9\n    except AssertionError:\n        pass",
    ];
    for form in forms {
        let source = pair(CODE, &suite(form, "assert after(0) == 2"));

        assert_eq!(told(&source, &[("value + 1", "value + 2")]), [[Value, Holds]], "{form}");
    }
}

#[test]
fn an_iterator_is_not_used_up_for_an_answer() {
    let source = pair(CODE, &suite("assert after(3) == 4", "assert list(after(0)) == [1]"));
    let changes = [("value + 1", "iter([value + 1])"), ("value + 1", "[value + 1]")];

    assert_eq!(told(&source, &changes), [[Value, Value], [Fails, Holds]]);
}

#[test]
fn other_values_are_no_answers_to_a_test() {
    let code = "def after(value):\n    step = one(value) + int(0)\n    return value + step\n\n\ndef one(value):\n    return 1\n\n\ndef each(values):\n    for value in values:\n        yield value\n    return 7\n";
    let tests = "from subject import after, each\n\n\ndef test_rising():\n    assert after(3) == 4\n\n\ndef test_below():\n    made = [each([5]), after(3)]\n    assert [list(item) for item in made[:1]] == [[5]]\n";
    let source = pair(code, tests);
    let told = told(
        &source,
        &[
            // Inside another function, inside a generator, and where no assertion waits for one call.
            ("return 1", "return 2"),
            ("return 7", "return 8"),
            ("value + step", "value - step"),
            // What was another value before says nothing at the end.
            ("int(0)", "int(1)"),
        ],
    );

    assert_eq!(told, [[Value, Value], [Unreached, Value], [Fails, Value], [Value, Value]]);
}

#[test]
fn a_function_that_is_left_is_not_looked_at_again() {
    let code = "def after(values):\n    total = 0\n    for value in values:\n        total += value\n    return total\n";
    let tests = "from subject import after\n\n\ndef test_rising():\n    assert after([4, 5]) == 4\n    assert after([4]) == 4\n\n\ndef test_below():\n    assert after([4]) == 4\n    assert after([5, 7]) == 12\n";
    let source = pair(code, tests);
    let line = at(&source, "    return total");
    let put = edit(line, 0, "        return total\n");

    assert_eq!(told_of(&source, vec![put]), [[Holds, Fails]]);
}
