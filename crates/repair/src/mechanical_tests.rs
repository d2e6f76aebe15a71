//! Tests of fixes of complaints, as a caller sees them.
//!
//! They go through `suggest`, so that the rooms behind it can be cut differently without touching them.

use proptest::prelude::*;

use super::mechanical::{MAX_FIXES, suggest};
use record::domain::probe::Complaint;
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};

fn source(code: &[u8]) -> Source {
    let file = |path: &str, role, content: &[u8]| SourceFile {
        path: path.parse().unwrap(),
        role,
        content: content.to_vec(),
    };
    Source::new(vec![file("a.py", Role::Code, code), file("test_a.py", Role::Test, b"x = y\n")])
        .unwrap()
}

pub(super) fn complaint(kind: &str, message: &str, line: u32, column: Option<u32>) -> Complaint {
    Complaint {
        kind: kind.to_owned(),
        message: message.to_owned(),
        place: Some(("a.py".parse().unwrap(), line)),
        column,
    }
}

/// Texts that fixes leave, the likeliest first.
pub(super) fn fixed(code: &str, complaint: &Complaint) -> Vec<String> {
    let source = source(code.as_bytes());
    let after = suggest(&source, complaint, None).into_iter().map(|found| {
        let after = found.patch.apply(&source).unwrap();
        assert_eq!(after.files()[1], source.files()[1]);
        assert!(found.why.contains(" in line "), "{}", found.why);
        after.files()[0].text()
    });
    after.collect()
}

/// A complaint: its kind, message, line and column.
type Told = (&'static str, &'static str, u32, Option<u32>);

pub(super) fn assert_fixed(cases: &[(&str, Told, &str)], within: usize) {
    for (code, (kind, message, line, column), wanted) in cases {
        let found = fixed(code, &complaint(kind, message, *line, *column));
        let rank = found.iter().position(|text| text == wanted);
        assert!(
            rank.is_some_and(|rank| rank < within),
            "{message}: {code:?} {rank:?} {:#?}",
            found.iter().take(8).collect::<Vec<_>>()
        );
    }
}

#[test]
fn what_does_not_parse_is_mended() {
    let syntax = |message, line, column| ("SyntaxError", message, line, Some(column));
    let invalid = "invalid syntax";
    assert_fixed(
        &[
            ("x = len(y\nz = 1\n", syntax("'(' was never closed", 1, 8), "x = len(y)\nz = 1\n"),
            ("x = leny)\ny = 1\n", syntax("unmatched ')'", 1, 9), "x = len(y)\ny = 1\n"),
            ("x = (1, 2))\n", syntax("unmatched ')'", 1, 11), "x = (1, 2)\n"),
            ("def f()\n    return 1\n", syntax("expected ':'", 1, 8), "def f():\n    return 1\n"),
            (
                "x = [1 2]\n",
                syntax("invalid syntax. Perhaps you forgot a comma?", 1, 6),
                "x = [1, 2]\n",
            ),
            (
                "x = 'a\n",
                syntax("unterminated string literal (detected at line 1)", 1, 5),
                "x = 'a'\n",
            ),
            (
                "if x = 1:\n    pass\n",
                syntax("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", 1, 4),
                "if x == 1:\n    pass\n",
            ),
            (
                "if x:\n    pass\nelse if y:\n    pass\n",
                syntax("expected ':'", 3, 6),
                "if x:\n    pass\nelif y:\n    pass\n",
            ),
            ("x++\n", syntax(invalid, 1, 4), "x += 1\n"),
            ("y = x && z\n", syntax(invalid, 1, 7), "y = x and z\n"),
            ("y = !x\n", syntax(invalid, 1, 5), "y = not x\n"),
            ("y = 1\n```\n", syntax(invalid, 2, 1), "y = 1\n"),
            ("Here is the code you want\ny = 1\n", syntax(invalid, 1, 6), "y = 1\n"),
            (
                "print 'a'\n",
                syntax("Missing parentheses in call to 'print'. Did you mean print(...)?", 1, 1),
                "print('a')\n",
            ),
            (
                "try:\n    f()\nexcept A, e:\n    pass\n",
                syntax("multiple exception types must be parenthesized", 3, 8),
                "try:\n    f()\nexcept A as e:\n    pass\n",
            ),
            ("whlie x:\n    pass\n", syntax(invalid, 1, 7), "while x:\n    pass\n"),
            ("low = in(values)\n", syntax(invalid, 1, 7), "low = min(values)\n"),
            (
                "def f(x: in):\n    return x\n",
                syntax(invalid, 1, 10),
                "def f(x: int):\n    return x\n",
            ),
            ("x = 1\ndef f(a, b):\n    return a +", syntax(invalid, 3, 15), "x = 1\n"),
        ],
        12,
    );
}

#[test]
fn lines_are_moved_to_where_they_belong() {
    let indent = |message, line| ("IndentationError", message, line, Some(1));
    assert_fixed(
        &[
            ("x = 1\n  y = 2\n", indent("unexpected indent", 2), "x = 1\ny = 2\n"),
            (
                "def f():\nreturn 1\n",
                indent("expected an indented block after function definition on line 1", 2),
                "def f():\n    return 1\n",
            ),
            (
                "if x:\n        y = 1\n    z = 2\n",
                indent("unindent does not match any outer indentation level", 3),
                "if x:\n        y = 1\nz = 2\n",
            ),
            (
                "if x:\n\ty = 1\n        z = 2\n",
                ("TabError", "inconsistent use of tabs and spaces in indentation", 3, None),
                "if x:\n        y = 1\n        z = 2\n",
            ),
        ],
        6,
    );
}

#[test]
fn names_are_imported_corrected_or_set() {
    let name = |message, line| ("NameError", message, line, None);
    assert_fixed(
        &[
            (
                "x = math.sqrt(2)\n",
                name("name 'math' is not defined", 1),
                "import math\nx = math.sqrt(2)\n",
            ),
            (
                "\"\"\"Doc.\"\"\"\nd = deque()\n",
                name("name 'deque' is not defined", 2),
                "\"\"\"Doc.\"\"\"\nfrom collections import deque\nd = deque()\n",
            ),
            (
                "def f(items):\n    return itms\n",
                name("name 'itms' is not defined", 2),
                "def f(items):\n    return items\n",
            ),
            ("x = pritn(1)\n", name("name 'pritn' is not defined", 1), "x = print(1)\n"),
            (
                "def f(xs):\n    for x in xs:\n        out.append(x)\n    return out\n",
                name("name 'out' is not defined", 3),
                "def f(xs):\n    out = []\n    for x in xs:\n        out.append(x)\n    return out\n",
            ),
            ("x = null\n", name("name 'null' is not defined", 1), "x = None\n"),
            (
                "import maht\nx = maht.pi\n",
                ("ModuleNotFoundError", "No module named 'maht'", 1, None),
                "import math\nx = math.pi\n",
            ),
            (
                "from math import sqr\n",
                ("ImportError", "cannot import name 'sqr' from 'math' (unknown location)", 1, None),
                "from math import sqrt\n",
            ),
        ],
        8,
    );
}

#[test]
fn attributes_and_types_are_mended() {
    let attribute = |message| ("AttributeError", message, 1, None);
    let kind = |message| ("TypeError", message, 1, None);
    assert_fixed(
        &[
            ("x.push(1)\n", attribute("'list' object has no attribute 'push'"), "x.append(1)\n"),
            (
                "y = x.length\n",
                attribute("'list' object has no attribute 'length'"),
                "y = len(x)\n",
            ),
            (
                "y = x.has_key(1)\n",
                attribute("'dict' object has no attribute 'has_key'"),
                "y = (1 in x)\n",
            ),
            (
                "y = x.uper()\n",
                attribute("'str' object has no attribute 'uper'"),
                "y = x.upper()\n",
            ),
            (
                "class A:\n    def __init__(self):\n        self.n = 0\n\n    def add(self, x):\n        self.all.append(x)\n",
                ("AttributeError", "'A' object has no attribute 'all'", 6, None),
                "class A:\n    def __init__(self):\n        self.all = []\n        self.n = 0\n\n    def add(self, x):\n        self.all.append(x)\n",
            ),
            (
                "y = 'a' + x\n",
                kind("can only concatenate str (not \"int\") to str"),
                "y = 'a' + str(x)\n",
            ),
            (
                "y = x + '1'\n",
                kind("unsupported operand type(s) for +: 'int' and 'str'"),
                "y = x + 1\n",
            ),
            (
                "y = str(x) < 2\n",
                kind("'<' not supported between instances of 'str' and 'int'"),
                "y = x < 2\n",
            ),
            (
                "y = ','.join(xs)\n",
                kind("sequence item 0: expected str instance, int found"),
                "y = ','.join(map(str, xs))\n",
            ),
        ],
        12,
    );
}

#[test]
fn calls_returns_and_lookups_are_mended() {
    assert_fixed(
        &[
            (
                "class A:\n    def f(x):\n        return x\n",
                ("TypeError", "A.f() takes 1 positional argument but 2 were given", 2, None),
                "class A:\n    def f(self, x):\n        return x\n",
            ),
            (
                "a, b = x\n",
                ("ValueError", "too many values to unpack (expected 2)", 1, None),
                "a, *b = x\n",
            ),
            (
                "def f(x):\n    y = x + 1\n    y * 2\n",
                ("AssertionError", "assert None == 4", 3, None),
                "def f(x):\n    y = x + 1\n    return y * 2\n",
            ),
            (
                "def f(xs):\n    out = []\n    out.append(1)\n",
                ("AssertionError", "assert None == [1]", 2, None),
                "def f(xs):\n    out = []\n    out.append(1)\n    return out\n",
            ),
            ("y = d[k]\n", ("KeyError", "'a'", 1, None), "y = d.get(k, 0)\n"),
        ],
        12,
    );
}

#[test]
fn what_a_package_is_wanted_for_gets_no_substitute() {
    for (code, package) in [
        ("import flask\napp = flask.Flask('a')\n", "flask"),
        ("import numpy\nx = numpy.mean([1])\n", "numpy"),
        ("import yaml\nx = yaml.load('a')\n", "yaml"),
    ] {
        let message = format!("No module named '{package}'");

        let found = fixed(code, &complaint("ModuleNotFoundError", &message, 1, None));

        assert_eq!(found, [""; 0]);
    }
}

#[test]
fn the_name_of_a_package_is_imported_and_nothing_else() {
    for (name, import) in [("requests", "import requests"), ("pd", "import pandas as pd")] {
        let code = format!("def f(url):\n    return {name}.get(url)\n");
        let message = format!("name '{name}' is not defined");

        let found = fixed(&code, &complaint("NameError", &message, 2, None));

        assert_eq!(found, [format!("{import}\n{code}")]);
    }
}

#[test]
fn large_files_stay_within_bounds() {
    let open = "(".repeat(100_000);
    let lines = "x = (1,\n".repeat(60_000);
    let prose = "word ".repeat(100_000);
    for code in [open, lines, prose] {
        let source = source(code.as_bytes());
        for message in
            ["'(' was never closed", "unmatched ')'", "invalid syntax", "unexpected indent"]
        {
            let complaint = complaint("SyntaxError", message, 1, Some(1));

            assert!(suggest(&source, &complaint, None).len() <= MAX_FIXES);
        }
    }
}

#[test]
fn quotes_that_are_not_there_are_not_dropped() {
    let source = source(b"\n");
    let told = complaint("SyntaxError", "unterminated triple-quoted string literal", 0, None);

    let found = suggest(&source, &told, None);

    assert!(found.iter().all(|found| found.patch.apply(&source).is_ok()), "{found:?}");
}

const KINDS: &[&str] = &[
    "SyntaxError",
    "IndentationError",
    "NameError",
    "AttributeError",
    "TypeError",
    "ImportError",
    "KeyError",
    "IndexError",
    "ZeroDivisionError",
    "AssertionError",
    "ValueError",
    "Other",
];
const MESSAGES: &[&str] = &[
    "'(' was never closed",
    "unmatched ']'",
    "closing parenthesis ']' does not match opening parenthesis '(' on line 1",
    "unterminated triple-quoted string literal (detected at line 9)",
    "unterminated string literal",
    "expected an indented block",
    "unindent does not match any outer indentation level",
    "name 'x' is not defined",
    "'list' object has no attribute 'x'",
    "f() missing 1 required positional argument: 'x'",
    "f() takes 1 positional argument but 2 were given",
    "No module named 'x'",
    "cannot import name 'x' from 'a'",
    "not enough values to unpack",
    "assert None == 1",
    "f() got an unexpected keyword argument 'x'",
    "'int' object is not callable",
    "can't multiply",
    "",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_fix_of_any_text_fits(
        code in "([ \\t]{0,4}(def f\\(x\\):|x = |return |'|\"\"\"|\\(|\\]|é|x\\.x\\(|, |import x|:|1|```|\\\\){0,5}\n){0,6}",
        kind in prop::sample::select(KINDS),
        message in prop::sample::select(MESSAGES),
        (line, column) in (0_u32..9, prop::option::of(0_u32..20)),
    ) {
        let source = source(code.as_bytes());
        let found = suggest(&source, &complaint(kind, message, line, column), None);
        prop_assert!(found.len() <= MAX_FIXES);
        for found in found {
            let after = found.patch.apply(&source);
            prop_assert!(after.is_ok(), "{found:?}");
            let after = after.unwrap();
            prop_assert_eq!(&after.files()[1], &source.files()[1]);
        }
    }

    #[test]
    fn any_bytes_can_be_complained_about(
        code in prop::collection::vec(1_u8.., 0..200),
        kind in prop::sample::select(KINDS),
        message in ".{0,40}",
    ) {
        let source = source(&code);
        for found in suggest(&source, &complaint(kind, &message, 1, Some(1)), None) {
            prop_assert!(found.patch.apply(&source).is_ok());
        }
    }
}
