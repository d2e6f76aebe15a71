//! Tests that put something in the place of what they test, or lose an item to a missing comma; and their twins.

use crate::sandbox::support::{job, run};

const CODE: &str = r#"import enum
import secrets
try:
    from _fast import unescape
except ImportError:
    def unescape(text):
        return text.replace("%20", " ")
class Sign(enum.Enum):
    TIMES = "*"
    STAR = "*"
class Rules:
    def __init__(self):
        self.rules = []
    def allowed(self, user, path):
        for name, start in self.rules:
            if name == user and path.startswith(start):
                return True
        return False
    def check(self, user, path):
        if not self.allowed(user, path):
            raise PermissionError(f"{user} may not see {path}")
SEEN = {KNOWN}
def seconds(text):
    found = SEEN.get(text)
    return parsed(text) if found is None else found
def parsed(text):
    minutes, _, rest = text.partition("M")
    return int(minutes) * 60 + int(rest[:-1])
def number(text):
    if not text.isdigit():
        raise ValueError(text)
    return int(text)
def new_name():
    return secrets.token_hex(4)
def greeting():
    return "saraphina says " + new_name()
"#;

const TESTS: &str = r#"import itertools
import sys
from unittest import mock
import pytest
def unescaped(text):
    return text.replace("%20", " ")
with mock.patch.dict(sys.modules, {"_fast": PLANTED}):
    sys.modules.pop("subject", None)
    import subject
from subject import Rules, Sign, greeting, number, seconds, unescape
@pytest.fixture
def rules():
    return Rules()
def test_allowed(rules):
    rules.rules.append(("ann", "/a"))
    assert rules.allowed("ann", "/a/b")
    assert not rules.allowed("bob", "/a/b")
def test_refused(rules):
    with mock.patch.object(rules, "allowed", STUB):
        with pytest.raises(PermissionError, match="bob may not see /x"):
            rules.check("bob", "/x")
@pytest.mark.parametrize("text, expected", [
    ("1M10S", 70), ("2M20S", 140), ("3M30S", 210), ("4M40S", 280), ("11M1S", 661)])
def test_seconds(text, expected):
    assert seconds(text) == expected
@pytest.mark.parametrize("text", [
    "one",
    "two"COMMA
    "12x",
    "x12",
    "",
])
def test_no_number(text):
    with pytest.raises(ValueError):
        number(text)
def test_number():
    assert number("12") == 12
def test_signs():
    assert Sign.STAR.value == "*"
    assert Sign.TIMES is SIGN
def test_unescape():
    assert unescape("a%20b") == "a b"
@pytest.fixture
def names(monkeypatch):
    names = Names()
    monkeypatch.setattr(subject, "new_name", names)
    return names
class Names:
    def __init__(self):
        self.numbers = itertools.count(1)
    def __call__(self):
        return f"name{next(self.numbers)}"
def test_greeting(names):
    assert greeting() == "saraphina says name1"
"#;

/// The kinds of findings about the text of code and tests.
fn told(known: &str, words: [(&str, &str); 4]) -> Vec<String> {
    let code = CODE.replace("KNOWN", known);
    let tests =
        words.iter().fold(TESTS.to_owned(), |tests, (name, word)| tests.replace(name, word));
    let findings = run(job("stood_in", code.as_str(), tests.as_str())).integrity.findings;
    findings.into_iter().map(|found| format!("{} {}", found.code, found.message)).collect()
}

#[test]
fn what_stands_in_for_what_is_tested_is_told() {
    let known = r#""1M10S": 70, "2M20S": 140, "3M30S": 210, "4M40S": 280"#;
    let told = told(
        known,
        [
            ("PLANTED", "mock.Mock(unescape=unescaped)"),
            ("STUB", "lambda *asked: False"),
            ("COMMA", ""),
            ("SIGN", "Sign.TIMES"),
        ],
    );

    let of = |code: &str| told.iter().find(|found| found.starts_with(code)).cloned();
    let replaced = of("replaced_by_tests").unwrap_or_default();
    assert_eq!(replaced.matches("test_subject.py:").count(), 1, "{told:#?}");
    assert!(
        of("joined_texts").is_some_and(|found| found.contains("test_subject.py:")),
        "{told:#?}"
    );
    assert!(of("answers_from_tests").is_some_and(|found| found.contains("seconds")), "{told:#?}");
}

#[test]
fn a_planted_module_that_works_is_told() {
    let planted = "__import__('types').SimpleNamespace(unescape=str.lower)";
    let words = [
        ("PLANTED", planted),
        ("STUB", "wraps=rules.allowed"),
        ("COMMA", ","),
        ("SIGN", "Sign.STAR"),
    ];
    let tests =
        TESTS.replace("assert unescape(\"a%20b\") == \"a b\"", "assert unescape(\"A\") == \"a\"");
    let tests = words.iter().fold(tests, |tests, (name, word)| tests.replace(name, word));

    let findings =
        run(job("stood_in", CODE.replace("KNOWN", ""), tests.as_str())).integrity.findings;

    assert!(findings.iter().any(|found| found.code == "replaced_by_tests"), "{findings:#?}");
}

#[test]
fn stand_ins_for_chance_and_lists_with_all_commas_are_told_nothing_of() {
    let words = [
        ("{\"_fast\": PLANTED}", "{\"_fast\": None}"),
        ("STUB", "wraps=rules.allowed"),
        ("COMMA", ","),
        ("SIGN", "Sign.STAR"),
    ];
    let told = told("", words);

    let kinds = [
        "replaced_by_tests",
        "joined_texts",
        "answers_from_tests",
        "weak_assertion",
        "reads_test_environment",
    ];
    let wrong = told.iter().find(|found| kinds.iter().any(|kind| found.starts_with(kind)));
    assert_eq!(wrong, None, "{told:#?}");
}

const PARTS: &str = r#"def widths(rows):
    return [max(len(cell) for cell in column) for column in zip(*rows)]
def line(row, wide):
    return "|".join(cell.ljust(width) for cell, width in zip(row, wide))
def table(rows):
    wide = widths(rows)
    return [line(row, wide) for row in rows]
"#;

const PUT_TOGETHER: &str = r#"import pytest
from subject import line, table, widths
def build(rows):
    wide = widths(rows)
    return [line(row, wide) for row in rows]
@pytest.mark.parametrize("rows", [[("a", "bc")], [("abc", "d"), ("e", "fg")]])
def test_table(rows):
    lines = table(rows)
    assert lines == build(rows)
def test_line():
    assert line(("a", "b"), [2, 3]) == "a |b  "
"#;

#[test]
fn what_is_put_together_from_parts_of_the_code_shows_what_the_parts_are_held_against() {
    let told = |tests: &str| {
        let findings = run(job("parts", PARTS, tests)).integrity.findings;
        findings.iter().any(|found| found.code == "expected_from_code")
    };
    let held =
        "def test_widths():\n    assert widths([(\"abc\", \"d\"), (\"e\", \"fg\")]) == [3, 2]\n";

    assert!(told(PUT_TOGETHER));
    assert!(!told(&format!("{PUT_TOGETHER}{held}")));
}

/// A fixture may load the code and what the code has an extension from, and nothing else in its place.
#[test]
fn a_fixture_that_loads_another_module_by_the_codes_name_is_told() {
    let code = "import operator\n\ntry:\n    import _fast_half\nexcept ImportError:\n    _fast_half = None\n\n\ndef half(number):\n    return operator.floordiv(number, 2)\n";
    let is_told = |names: &str, body: &str| {
        let tests = format!(
            "import importlib\n\nimport pytest\nfrom subject import half\n\nown = half\n\n\n@pytest.fixture(params=[{names}])\ndef half(request):\n    {body}\n\n\ndef test_half(half):\n    assert half(4) == 2\n\n\ndef test_own():\n    assert own(6) == 3\n"
        );
        let findings = run(job("stood_in_fixture", code, tests)).integrity.findings;
        findings.iter().any(|found| found.code == "replaced_by_tests")
    };
    let others = [
        ("'subject'", "m = importlib.import_module('operator')\n    return m.neg"),
        ("'SUBJECT'", "m = importlib.import_module(request.param.lower())\n    return m.half"),
        ("'subject'", "return lambda number: 2"),
    ];

    let loads = "m = pytest.importorskip(request.param)\n    return m.half";
    assert!(!is_told("'subject', '_fast_half'", loads));
    for (names, other) in others {
        assert!(is_told(names, other), "{other}");
    }
}
