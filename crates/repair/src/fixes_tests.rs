//! Tests of fixes that broken programs of the corpus asked for.
//!
//! Each case is a complaint as Python words it, and the fix that must be offered.

use super::mechanical_tests::{assert_fixed, complaint, fixed};

#[test]
fn lines_that_stand_too_far_right_or_left_are_moved_with_what_follows_in_mind() {
    let indent = |message, line| ("IndentationError", message, line, Some(1));
    assert_fixed(
        &[
            (
                "def f(x):\n    if x < 2:\n        raise E\n        if x > 9:\n        raise F\n    return x\n",
                indent("expected an indented block after 'if' statement on line 4", 5),
                "def f(x):\n    if x < 2:\n        raise E\n    if x > 9:\n        raise F\n    return x\n",
            ),
            (
                "def f():\n    y = 1\nx = [1,\n         2]\n    return x\n",
                indent("unexpected indent", 5),
                "def f():\n    y = 1\n    x = [1,\n         2]\n    return x\n",
            ),
            (
                "def f(x):\n    while x:\n        x = g(x)\nif x == 1:\n            x = 0\n    return x\n",
                indent("unindent does not match any outer indentation level", 6),
                "def f(x):\n    while x:\n        x = g(x)\n        if x == 1:\n            x = 0\n    return x\n",
            ),
        ],
        16,
    );
}

#[test]
fn quotes_are_put_where_lines_and_descriptions_lack_them() {
    let syntax = |message, line, column| ("SyntaxError", message, line, Some(column));
    assert_fixed(
        &[
            (
                "x = [\n    red',\n    'blue',\n]\n",
                syntax("unterminated string literal (detected at line 2)", 2, 8),
                "x = [\n    'red',\n    'blue',\n]\n",
            ),
            (
                "\"\"\"About.\"\"\n\n\ndef f():\n    \"\"\"Gives.\"\"\"\n    return 1\n",
                syntax("unterminated triple-quoted string literal (detected at line 6)", 5, 15),
                "\"\"\"About.\"\"\"\n\n\ndef f():\n    \"\"\"Gives.\"\"\"\n    return 1\n",
            ),
            (
                "\"\"About.\"\"\"\n\n\ndef f():\n    \"\"\"Gives one's.\"\"\"\n    return 1\n",
                syntax("unterminated string literal (detected at line 5)", 5, 17),
                "\"\"\"About.\"\"\"\n\n\ndef f():\n    \"\"\"Gives one's.\"\"\"\n    return 1\n",
            ),
            (
                "x = y.replace(0b\", \"\")\n",
                syntax("invalid binary literal", 1, 16),
                "x = y.replace(\"0b\", \"\")\n",
            ),
            (
                "x = \\n'.join(y)\n",
                syntax("unexpected character after line continuation character", 1, 6),
                "x = '\\n'.join(y)\n",
            ),
        ],
        24,
    );
}

#[test]
fn brackets_and_commas_are_put_on_lines_around_and_behind_values_that_are_words() {
    let syntax = |message, line, column| ("SyntaxError", message, line, Some(column));
    assert_fixed(
        &[
            (
                "x = (\n    (1, 'a'), 2, 'b'),\n    (3, 'c'),\n)\n",
                ("IndentationError", "unexpected indent", 3, Some(4)),
                "x = (\n    (1, 'a'), (2, 'b'),\n    (3, 'c'),\n)\n",
            ),
            (
                "x = f(y is None z)\n",
                syntax("invalid syntax. Perhaps you forgot a comma?", 1, 7),
                "x = f(y is None, z)\n",
            ),
            (
                "x = range(i + 1n)\n",
                syntax("invalid decimal literal", 1, 15),
                "x = range(i + 1, n)\n",
            ),
        ],
        40,
    );
}

#[test]
fn first_values_are_made_of_what_the_function_the_file_and_its_imports_have() {
    let name = |message, line| ("NameError", message, line, None);
    let unbound = "cannot access local variable 'n' where it is not associated with a value";
    assert_fixed(
        &[
            (
                "from collections import Counter\n\n\ndef f(xs):\n    for x in xs:\n        n[x] += 1\n    return n\n",
                name("name 'n' is not defined", 6),
                "from collections import Counter\n\n\ndef f(xs):\n    n = Counter()\n    for x in xs:\n        n[x] += 1\n    return n\n",
            ),
            (
                "def g(a, b):\n    return a + b\n\n\ndef f(b, a):\n    return n * 2\n",
                name("name 'n' is not defined", 6),
                "def g(a, b):\n    return a + b\n\n\ndef f(b, a):\n    n = g(a, b)\n    return n * 2\n",
            ),
            (
                "def f(xs):\n    more = [x for x in xs if x > 1]\n    return n + more\n",
                name("name 'n' is not defined", 3),
                "def f(xs):\n    more = [x for x in xs if x > 1]\n    n = [x for x in xs if x <= 1]\n    return n + more\n",
            ),
            (
                "def f(x):\n    def g(y):\n        n.append(y)\n    g(x)\n    return n\n",
                name("name 'n' is not defined", 3),
                "def f(x):\n    n = []\n    def g(y):\n        n.append(y)\n    g(x)\n    return n\n",
            ),
            (
                "def f(x):\n    while n > x:\n        n -= 1\n    return n\n",
                ("UnboundLocalError", unbound, 2, None),
                "def f(x):\n    n = x // 2\n    while n > x:\n        n -= 1\n    return n\n",
            ),
        ],
        100,
    );
}

#[test]
fn what_is_raised_becomes_an_exception_and_classes_are_given_what_they_lack() {
    assert_fixed(
        &[
            (
                "def f(x):\n    raise ('no ' + x)\n",
                ("TypeError", "exceptions must derive from BaseException", 2, None),
                "def f(x):\n    raise ValueError('no ' + x)\n",
            ),
            (
                "class P:\n    def __init__(self, x, y):\n        self.x = x\n\ndef f(a, b):\n    return P(a)\n",
                ("TypeError", "P.__init__() missing 1 required positional argument: 'y'", 6, None),
                "class P:\n    def __init__(self, x, y):\n        self.x = x\n\ndef f(a, b):\n    return P(a, b)\n",
            ),
        ],
        40,
    );
}

#[test]
fn imports_are_given_under_other_names_and_from_rarer_modules() {
    let name = |message, line| ("NameError", message, line, None);
    assert_fixed(
        &[
            (
                "x = dict(ct.ChainMap({}, a))\n",
                name("name 'ct' is not defined", 1),
                "import collections as ct\nx = dict(ct.ChainMap({}, a))\n",
            ),
            (
                "from operator import add, mul\nx = {'plus': add, 'by': div}\n",
                name("name 'div' is not defined", 2),
                "from operator import floordiv as div\nfrom operator import add, mul\nx = {'plus': add, 'by': div}\n",
            ),
            (
                "x = pformat(y)\n",
                name("name 'pformat' is not defined", 1),
                "from pprint import pformat\nx = pformat(y)\n",
            ),
            (
                "from graphlib import TopologicalSort\n",
                (
                    "ImportError",
                    "cannot import name 'TopologicalSort' from 'graphlib' (unknown location)",
                    1,
                    None,
                ),
                "from graphlib import TopologicalSorter\n",
            ),
        ],
        24,
    );
}

#[test]
fn an_index_is_moved_as_a_person_would_write_it() {
    let late = ("IndexError", "list index out of range", 2, None);
    assert_fixed(
        &[
            ("def f(xs):\n    return xs[-2]\n", late, "def f(xs):\n    return xs[-1]\n"),
            ("def f(xs, i):\n    return xs[i + 1]\n", late, "def f(xs, i):\n    return xs[i]\n"),
            ("def f(xs, i):\n    return xs[i]\n", late, "def f(xs, i):\n    return xs[i - 1]\n"),
        ],
        8,
    );
}

/// `str(None)` would hide that a value is missing.
#[test]
fn what_is_missing_is_not_converted() {
    let code = "def f(x):\n    return x < g(x)\n";
    let with = |types: &str| {
        let message = format!("'<' not supported between instances of {types}");
        fixed(code, &complaint("TypeError", &message, 2, None))
    };
    let is_converted = |texts: &[String]| texts.iter().any(|text| text.contains("str("));

    assert!(is_converted(&with("'str' and 'int'")));
    assert!(!is_converted(&with("'NoneType' and 'NoneType'")));
}

#[test]
fn values_are_combined_with_the_operator_that_their_types_know() {
    let told = |types: &'static str| ("TypeError", types, 2, None);
    assert_fixed(
        &[
            (
                "def f(a, b):\n    return a - b + (1,)\n",
                told("unsupported operand type(s) for -: 'tuple' and 'tuple'"),
                "def f(a, b):\n    return a + b + (1,)\n",
            ),
            (
                "def f(a, b):\n    a += b\n    return a\n",
                told("unsupported operand type(s) for +=: 'set' and 'set'"),
                "def f(a, b):\n    a |= b\n    return a\n",
            ),
            (
                "def f(a, n):\n    return a / n\n",
                told("unsupported operand type(s) for /: 'str' and 'int'"),
                "def f(a, n):\n    return a * n\n",
            ),
        ],
        1,
    );
}
