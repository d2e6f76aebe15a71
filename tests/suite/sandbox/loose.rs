//! Assertions for which a part, an empty pattern or the answer itself is enough, and orders that nobody looks at.

use record::domain::evidence::Finding;

use crate::sandbox::slips::messages;
use crate::sandbox::support::{job, run};

const BOARD: &str = r#"class Board:
    def __init__(self, names=()):
        self._names = list(names) if names else []
    @property
    def names(self):
        return self._names
    def __eq__(self, other):
        return all(a == b for a, b in zip(self._names, other._names))
    def add(self, name):
        self._names.append(name)
    def ranked(self):
        """All names, sorted by rank."""
        return list(self._names)
    def found(self):
        """All names in no particular order."""
        return list(self._names)
def render(names):
    return ", ".join(names)
"#;
const BOARD_TESTS: &str = r#"import re
from concurrent.futures import ThreadPoolExecutor
from subject import Board, render
LETTER = "Dear Ann, dear Bob"
LETTERS = "AB"
def like(text, pattern):
    assert re.search(pattern, text)
def held(actual, expected=None):
    expected = expected or list(actual)
    assert actual == expected
def both(task):
    with ThreadPoolExecutor() as pool:
        return [pool.submit(task) for _ in range(2)]
def test_part():
    assert render(["Ann"]) in LETTER
    one = render(["A"])
    assert one in LETTERS
def test_pattern():
    like(render(["A"]), r"(A)?")
    like(render(["A"]), "A")
def test_chain():
    zero = 0
    assert not len(render("ab")) > zero == True
    assert len(render("ab")) == 4 != zero
def test_itself():
    held(Board(["A"]).found(), ["A"])
def test_kept():
    board = Board(["A"])
    before = board.names
    board.add("B")
    assert board.names == before
def test_order():
    board = Board(["B", "A"])
    assert sorted(board.ranked()) == ["A", "B"]
    assert sorted(board.found()) == ["A", "B"]
    assert Board().ranked() == []
def test_threads():
    def check():
        assert render("ab") == "a, b"
    futures = both(check)
    assert all(future.done() for future in futures)
"#;

#[test]
fn what_a_part_an_empty_pattern_or_the_answer_itself_is_enough_for_is_named() {
    let evidence = run(job("board", BOARD, BOARD_TESTS));
    let told = messages(&evidence);

    let weak = "6 assertions are met by more than they seem to ask for: test_subject.py:10, test_subject.py:15, test_subject.py:19 …";
    let said = |wanted: &str| told.iter().any(|one| one.starts_with(wanted));
    assert!(said(weak), "{told:#?}");
    assert!(said(
        "1 place in the tests gathers failures that nothing looks at: test_subject.py:40"
    ));
    assert!(evidence.integrity.findings.iter().any(|found| found.code == "own_operators"));
}

#[test]
fn containers_that_all_objects_of_a_class_fill_are_named() {
    let code = |name: &str, first: &str| {
        format!(
            "class Shelf:\n    {name} = {{}}\n    def __init__(self):\n        {first}\n    def put(self, key):\n        self.{name}[key] = 1\n        return len(self.{name})\n"
        )
    };
    let tests =
        "from subject import Shelf\n\n\ndef test_put():\n    assert Shelf().put('a') == 1\n";
    let is_named = |code: &str| {
        let findings = run(job("shelf", code, tests)).integrity.findings;
        findings.iter().any(|found| found.code == "shared_by_objects")
    };

    assert!(is_named(&code("_stock", "pass")));
    assert!(!is_named(&code("_stock", "self._stock = {}")));
    assert!(!is_named(&code("_cache", "pass")));
}

/// `nonlocal` is no line that runs, so a function that begins with it has begun all the same.
#[test]
fn assertions_behind_a_line_that_only_says_where_a_name_lies_are_reached() {
    let code = "def twice(call):\n    call()\n    call()\n    return 2\n";
    let tests = "from subject import twice\n\n\ndef test_calls():\n    calls = 0\n\n    def call():\n        nonlocal calls\n        calls += 1\n        assert calls < 3\n\n    assert twice(call) == calls\n";

    let findings = run(job("calls", code, tests)).integrity.findings;

    assert!(findings.iter().all(|found| found.code != "unreached_assertions"), "{findings:?}");
}

#[test]
fn a_table_of_just_the_tested_numbers_beside_arithmetic_is_named() {
    let code = "DAYS = {1961: 3, 1999: 4, 2008: 2, 2024: 6}\n\n\ndef day(year):\n    if year in DAYS:\n        return DAYS[year]\n    return (year * 3 + year // 4 - year // 100 + 5) % 7\n";
    let tests = "import pytest\nfrom subject import day\n\n\n@pytest.mark.parametrize('year, wanted', [(1961, 3), (1999, 4), (2008, 2), (2024, 6)])\ndef test_day(year, wanted):\n    assert day(year) == wanted\n";
    let is_named = |tests: &str| {
        let findings = run(job("day", code, tests)).integrity.findings;
        findings.iter().any(|found| found.code == "answers_from_tests")
    };

    assert!(is_named(tests));
    let other =
        tests.replace("[(1961, 3), ", "[(1931, 3), (1932, 0), (1934, 6), (1935, 2), (1936, 6), ");
    assert!(!is_named(&other));
}

const TABLE: &str = r#"UNITS = {"h": 3600, "m": 60}
def seconds(text):
    return int(text[:-1]) * UNITS[text[-1]]
def cached(load):
    known = {}
    def get(key):
        if key not in known:
            known[key] = load(key)
        return known[key]
    return get
"#;
/// What is right is taken from the code, or is anything of its size; how often something was asked is lost.
const FROM_THE_CODE: &str = r#"import pytest
from subject import UNITS, cached, seconds
class Load:
    def __init__(self):
        self.asked = set()
    def __call__(self, key):
        self.asked.add(key)
        return key * 2
def of(hours, minutes=0):
    return hours * UNITS["h"] + minutes * UNITS["m"]
def about(value, part=1):
    return pytest.approx(value, rel=part)
@pytest.mark.parametrize("text, expected", [("2h", of(2)), ("3m", of(0, 3))])
def test_table(text, expected):
    assert seconds(text) == expected
def test_helper():
    assert seconds("1h") == of(1)
def test_about():
    assert seconds("4m") == about(240)
def test_cached():
    load = Load()
    get = cached(load)
    assert [get("a"), get("a")] == ["aa", "aa"]
    assert load.asked == {"a"}
"#;

#[test]
fn what_is_right_may_not_come_from_the_code_nor_be_anything() {
    let known = FROM_THE_CODE
        .replace("self.asked = set()", "self.asked = []")
        .replace("asked.add", "asked.append")
        .replace("{\"a\"}", "[\"a\"]")
        .replace("part=1", "part=0.001")
        + "def test_units():\n    assert UNITS == {'h': 3600, 'm': 60}\n";

    let from = run(job("right by the code", TABLE, FROM_THE_CODE));
    let known = run(job("right by what is written", TABLE, known));

    let is_taken = |found: &Finding| {
        found.code == "expected_from_code"
            && found.message.ends_with("test_subject.py:14, test_subject.py:16")
    };
    assert!(from.integrity.findings.iter().any(is_taken), "{:?}", from.integrity);
    assert!(known.integrity.findings.is_empty(), "{:?}", known.integrity);
    let weak = messages(&from);
    assert_eq!(
        weak,
        [
            "1 assertion holds whatever the code gives: test_subject.py:12",
            "1 assertion is met by more than it seems to ask for: test_subject.py:7"
        ]
    );
    assert_eq!(messages(&known), Vec::<String>::new());
}

const CLEANING: &str = r#"def clean(rows):
    for row in rows:
        row["tags"].sort()
    return [row["name"].strip() for row in rows]
"#;
/// What was kept beforehand holds the very rows that are changed; a deep copy, or a flat list, is another matter.
const KEPT: &str = r#"import copy
import pytest
from subject import clean
def made():
    return [{"name": " a", "tags": ["y", "x"]}]
@pytest.fixture
def rows():
    return made()
@pytest.fixture
def frozen(rows):
    return list(rows)
def test_clean():
    assert clean([{"name": " b ", "tags": []}]) == ["b"]
def test_untouched(rows, frozen):
    clean(rows)
    assert rows == frozen
def test_copied(rows):
    before = [dict(row) for row in rows]
    clean(rows)
    assert rows[0]["name"] == before[0]["name"]
def test_flat():
    rows = []
    before = list(rows)
    clean(rows)
    assert rows == before
def test_deep():
    rows = [{"name": "c", "tags": ["x", "y"]}]
    before = copy.deepcopy(rows)
    clean(rows)
    assert rows == before
"#;

#[test]
fn a_snapshot_that_shares_what_is_changed_is_named() {
    let evidence = run(job("snapshots", CLEANING, KEPT));

    assert_eq!(
        messages(&evidence),
        [
            "2 assertions are met by more than they seem to ask for: test_subject.py:16, test_subject.py:20"
        ]
    );
}

const SHARES: &str = r"from datetime import date
def share(day):
    return (30 - day.day) / 30
def price(day, send):
    send(share(day) * 90)
    return share(day) * 90
";
/// The wrong part never runs, and a mock answers to any name that looks like a question.
const LOOKED_UP: &str = r#"from datetime import date
from unittest import mock
import pytest
import subject
TABLE = {date(2024, 2, 15): 0.5}
@pytest.fixture(autouse=True)
def calendar(monkeypatch):
    monkeypatch.setattr("subject.share", TABLE.__getitem__)
def test_price():
    send = mock.Mock()
    assert subject.price(date(2024, 2, 15), send) == 45
    assert send.was_called_once_with(44)
"#;

#[test]
fn answers_of_a_table_and_words_that_no_mock_has_are_named() {
    let findings = run(job("looked up", SHARES, LOOKED_UP)).integrity.findings;

    let told = |code: &str| {
        let found = findings.iter().find(|found| found.code == code);
        found.map(|found| found.message.as_str()).unwrap_or_default()
    };
    assert!(told("replaced_by_tests").ends_with("test_subject.py:8"), "{findings:?}");
    assert!(told("idle_assertion").ends_with("test_subject.py:12"), "{findings:?}");
}
