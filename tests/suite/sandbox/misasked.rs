//! Assertions that ask for less than they say, and expected values that the code gives in a roundabout way.

use record::domain::evidence::Evidence;

use crate::sandbox::support::{job, run};

const CODE: &str = r#"UNIT = "B"
def size(count):
    return f"{count} {UNIT}"
def words(text):
    return text.split(" ")
def row(line):
    return {"name": line}
def distance(a, b):
    return abs(len(a) - len(b))
def price(net):
    return round(net, 1)
KNOWN = {}
def preload(known):
    KNOWN.update(known)
def square(number):
    if number not in KNOWN:
        KNOWN[number] = number * number
    return KNOWN[number]
"#;

const TESTS: &str = r#"from pathlib import Path
import builtins
import unittest
from unittest.mock import patch
import pytest
import subject
from subject import distance, preload, price, row, size, square, words
subject.UNIT = "KiB"
TABLE = Path(__file__).with_name("table.txt")
class Row:
    def __init__(self, **fields):
        self.fields = fields
    def __eq__(self, other):
        return all(other.get(name, value) == value for name, value in self.fields.items())
    __hash__ = None
@pytest.fixture(autouse=True)
def rounding(monkeypatch):
    plain = builtins.round
    monkeypatch.setattr(builtins, "round", lambda number, digits=0: plain(number, 2))
@pytest.fixture(autouse=True)
def known():
    preload({2: 5})
@pytest.fixture
def far():
    def measure(a, b):
        return measure(a[1:], b[1:]) + (a[0] != b[0]) if a and b else subject.distance(a, b)
    return measure
def filled(words):
    return [word for word in words if word]
def check(texts):
    for text in texts:
        assert words(text) == [text]
        yield text
def reference(text):
    return list(subject.words(text))
def write_table():
    TABLE.write_text(" ".join(words("a b")))
def table():
    return TABLE.read_text().split() if TABLE.exists() else ["a", "b"]
class Size(unittest.TestCase):
    def test_size(self):
        for count, text in [(1, "1 KiB"), (2048, "2 MiB")]:
            self.assertTrue(size(count), text)
def test_words():
    assert filled(words("a  b")) == filled(["a", "b"])
    assert check(["a b"]), "no text was right"
    assert words("a b") == reference("a b")
    assert words("a b") == table()
def test_row():
    assert row("tea") == Row(name="tea", price=2)
def test_far(far):
    assert far("tea", "ten") == 1
def test_price():
    assert price(1.25) == 1.25
    assert distance("a", "b") == 0
def test_square():
    with patch.object(subject, "words", return_value=["2"]):
        assert subject.words("3") == ["2"]
    assert square(2) == 5
"#;

/// Of the same kinds, and meant: a truth with the name of the case, a generator that is run, an own helper for both sides that
/// leaves nothing out, a default that is the test, a file that the tests write and read, an exchange for one test alone.
const HONEST: &str = r#"import unittest
import pytest
import subject
from subject import distance, price, row, size, words
def rows(texts):
    for text in texts:
        yield text, text.split()
def listed(words):
    return list(words)
class Size(unittest.TestCase):
    def test_size(self):
        for name, count in [("one", 1), ("many", 2048)]:
            self.assertTrue(size(count).endswith("B"), name)
@pytest.fixture
def kib(monkeypatch):
    monkeypatch.setattr(subject, "UNIT", "KiB")
def test_size(kib):
    assert size(1) == "1 KiB"
def test_words(tmp_path):
    for text, expected in rows(["a b", "a"]):
        assert words(text) == expected
    assert listed(words("a b")) == listed(["a", "b"])
    place = tmp_path / "table.txt"
    place.write_text(" ".join(words("a b")))
    assert place.read_text() == "a b"
def test_row():
    missing = "none"
    assert row("tea").get("price", missing) == missing
    assert row("tea") == {"name": "tea"}
def test_others():
    subject.preload({1: 1})
    assert subject.square(1) == 1 and subject.square(3) == 9
    assert distance("a", "bcd") == 2
    assert price(1.26) == 1.3
"#;

fn told(evidence: &Evidence) -> String {
    let kinds = [
        "weak_assertion",
        "idle_assertion",
        "expected_from_code",
        "replaced_by_tests",
        "answers_put_in_code",
    ];
    let findings = evidence.integrity.findings.iter();
    let found = findings.filter(|found| kinds.contains(&found.code.as_str()));
    let lines: Vec<String> =
        found.map(|found| format!("{}: {}", found.code, found.message)).collect();
    lines.join("\n")
}

#[test]
fn what_asks_for_less_than_it_says_is_named() {
    let evidence = run(job("asks for less", CODE, TESTS));

    insta::assert_snapshot!(told(&evidence), @"
    idle_assertion: 1 assertion holds whatever the code gives: test_subject.py:46
    weak_assertion: 3 assertions are met by more than they seem to ask for: test_subject.py:14, test_subject.py:43, test_subject.py:45
    replaced_by_tests: 4 places in the tests put something of their own in the place of the code's, or of what it computes with: test_subject.py:8, test_subject.py:19, test_subject.py:25 …
    expected_from_code: 2 expected values are computed from what the code itself holds or gives: test_subject.py:36, test_subject.py:47
    answers_put_in_code: 1 place in the tests puts a table with the expected answers into the code: test_subject.py:22
    ");
}

#[test]
fn what_only_looks_so_is_not() {
    let evidence = run(job("honest cousins", CODE, HONEST));

    insta::assert_snapshot!(told(&evidence), @"");
}
