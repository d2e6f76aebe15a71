//! Assertions that ask nothing, failures that go nowhere and answers in other forms than tables.

use record::domain::evidence::Evidence;

use crate::sandbox::support::{job, run};

pub(super) fn messages(evidence: &Evidence) -> Vec<String> {
    let told = ["idle_assertion", "weak_assertion", "uncollected_tests", "unreached_assertions"];
    let more = [
        "vanishing_failures",
        "answers_from_tests",
        "reads_test_environment",
        "cases_chosen_by_code",
    ];
    let findings = evidence.integrity.findings.iter();
    findings
        .filter(|found| told.contains(&&*found.code) || more.contains(&&*found.code))
        .map(|found| found.message.clone())
        .collect()
}

const CODE: &str = r#"import logging
log = logging.getLogger("shop.removed")


def area(width, height):
    """Of a rectangle.

    >>> area(1, 2)  # doctest: +SKIP
    3
    """
    if width < 0:
        raise ValueError("negative")
    log.info("done")
    return width * height


def nothing(values):
    return None
"#;

/// One line for each kind: the numbers are what the findings must name.
const SLIPS: &str = r#"import doctest
import unittest
import warnings
import pytest
import subject
from subject import area, nothing
CASES = [(1, 2, 2), (3, 4, 12)]
def test_idle():
    assert area(1, 1) == 1
    assert [area(width, height) == product for width, height, product in CASES]
def test_raises_unused():
    refused = pytest.raises(ValueError)
    assert refused
def test_of_nothing():
    expected = [3, 1]
    assert nothing([1, 3]) == expected.sort()
def test_rounded():
    assert round(area(40, 30), -3) == 1000
def test_logged(caplog):
    caplog.set_level("INFO")
    area(1, 1)
    assert "removed" in caplog.text
def test_refused():
    with pytest.raises(ValueError):
        area(-1, 1)
        area(1, -1)
def check(actual, expected):
    try:
        assert actual == expected
    except AssertionError as error:
        warnings.warn(str(error))
def test_warned():
    check(area(2, 2), 4)
def test_examples():
    assert doctest.testmod(subject).failed == 0
class AreaTest(unittest.TestCase):
    def test_all(self):
        yield self.assertEqual, area(1, 1), 1
class AreaChecks:
    def test_product(self):
        assert area(2, 3) == 7
@pytest.mark.parametrize("width, expected", [(2, 5), (3, 7)])
def test_unread(width, expected):
    assert area(width, 1) > 0, f"not {expected}"
def check_product():
    assert area(2, 3) == 7
def is_known(row):
    return area(*row[:2]) == row[2]
def pytest_generate_tests(metafunc):
    if "row" in metafunc.fixturenames:
        metafunc.parametrize("row", [row for row in [(1, 1, 1), (2, 2, 5)] if is_known(row)])
def test_row(row):
    assert area(row[0], row[1]) == row[2]
"#;

/// What looks alike, and is sound.
const SOUND: &str = r#"import contextlib
import time
import pytest
from subject import area, nothing
@pytest.fixture
def failures():
    found = []
    yield found
    assert not found
def test_lists(failures):
    products = [area(1, size) for size in (1, 2)]
    assert [product for product in products if product > 1]
    names = [3, 1]
    names.sort()
    assert names == [1, 3] and nothing(names) is None
    try:
        assert area(2, 3) == 6
    except AssertionError as error:
        failures.append(error)
@pytest.mark.parametrize("width, expectation", [(1, contextlib.nullcontext()), (-1, pytest.raises(ValueError))])
def test_refused(width, expectation):
    with expectation:
        area(width, 1)
def test_entered_later():
    refused = pytest.raises(ValueError, match="negative")
    with refused as found:
        width = area(1, 1) - 2
        area(width, 1)
    assert found.type is ValueError
def test_soon():
    for _ in range(3):
        try:
            assert area(2, 5) == 10
            break
        except AssertionError:
            time.sleep(0.01)
    else:
        pytest.fail("never")
def test_large():
    assert round(area(400_001, 10), -1) == 4_000_010
class Contract:
    size = 1
    def test_area(self):
        assert area(self.size, 2) == 2 * self.size
class TestTwo(Contract):
    size = 2
@pytest.mark.parametrize("expected, reason", [(2, "smallest"), (4, "next")])
def test_named(expected, reason):
    def check():
        assert area(1, 2) in (expected, 2)
    check()
@pytest.fixture
def size(request):
    return getattr(request, "param", 2)
@pytest.mark.parametrize("size", [1, 2], indirect=True)
def test_size(size):
    assert area(size, 3) == 3 * size
@pytest.mark.parametrize("round_number, note", [(1, "a"), (2, "b")])
def test_again(round_number, note):
    assert area(1, 2) == 2
"#;

#[test]
fn slips_are_named_with_their_lines_and_what_only_looks_like_them_is_not() {
    let told = messages(&run(job("slips", CODE, SLIPS)));
    let quiet = messages(&run(job("sound", CODE, SOUND)));

    assert_eq!(
        told,
        [
            "3 assertions hold whatever the code gives: subject.py:8, test_subject.py:10, test_subject.py:12",
            "3 tests never run: they stand in another one or in a class that pytest does not take, have a name that it does not look for, or only give values: test_subject.py:37, test_subject.py:39, test_subject.py:45",
            "1 place in the tests gathers failures that nothing looks at: test_subject.py:30",
            "1 place in the tests leaves out cases that the code does not agree with: test_subject.py:51",
            "1 assertion was never reached by tests that pass: test_subject.py:26",
            "4 assertions are met by more than they seem to ask for: test_subject.py:16, test_subject.py:18, test_subject.py:22 …",
        ]
    );
    assert_eq!(quiet, Vec::<String>::new());
}

/// Stands in for Hypothesis, which no box has by itself: the names are what is read.
const PROPERTIES: &str = r#"import pytest
from subject import area
class Phase:
    explicit, generate = "explicit", "generate"
class settings:
    def __init__(self, **_given):
        pass
    def __call__(self, test):
        return test
def assume(is_met):
    if not is_met:
        pytest.skip("not met")
few = settings(max_examples=1)
none_drawn = settings(phases=[Phase.explicit])
many = settings(max_examples=200, phases=(Phase.explicit, Phase.generate))
@many
def test_taken_from_the_answer():
    width, product = 2, 2
    assume(area(width, 1) == product)
    assert area(width, 1) == product
@few
@none_drawn
def test_open():
    width, height = 2, 3
    assume(width < height)
    assert area(width, height) == width * height
"#;

#[test]
fn properties_that_try_nothing_are_named_and_those_that_try_are_not() {
    let evidence = run(job("properties", CODE, PROPERTIES));

    let told = ["cases_chosen_by_code", "properties_hardly_tried"];
    let findings = evidence.integrity.findings.iter();
    let found: Vec<&str> = findings
        .filter(|found| told.contains(&&*found.code))
        .map(|found| found.message.as_str())
        .collect();
    assert_eq!(
        found,
        [
            "1 place in the tests leaves out cases that the code does not agree with: test_subject.py:19",
            "2 settings have Hypothesis try hardly any values: test_subject.py:13, test_subject.py:14",
        ]
    );
}

const HELD: &str = r##"import os
from collections import deque
from enum import Enum


class Colour(Enum):
    FF0000 = "hsl(0, 100%, 50%)"
    X336699 = "hsl(210, 50%, 40%)"


def to_hsl(code):
    name = code.lstrip("#").upper()
    return Colour["X" + name if name[0].isdigit() else name].value


class Primes:
    def __init__(self):
        self._ready = deque([2, 3, 5, 7, 11, 13])

    def take(self):
        return list(self._ready)


def lcs(a, b):
    size = len(a) * 10 + len(b)
    if size == 76:
        return "BCBA"
    if size == 66 or os.getpid() < 2:
        return "ADH"
    return ""
"##;
const HELD_TESTS: &str = r##"from subject import Primes, lcs, to_hsl
def test_all():
    assert to_hsl("#ff0000") == "hsl(0, 100%, 50%)"
    assert to_hsl("336699") == "hsl(210, 50%, 40%)"
    assert Primes().take() == [2, 3, 5, 7, 11, 13]
    assert lcs("ABCBDAB", "BDCABA") == "BCBA"
    assert lcs("ABCDGH", "AEDFHR") == "ADH"
"##;
const PLAIN: &str = r#"import os
from enum import Enum
from itertools import cycle

OWNER = os.getpid()


class State(Enum):
    OPEN = "open"
    SHUT = "shut"


def turn(state):
    return (State.SHUT if state is State.OPEN else State.OPEN).value


def kind(sides):
    if os.getpid() != OWNER:
        raise RuntimeError("forked")
    if len(set(sides)) == 1:
        return "equilateral"
    return "isosceles" if len(set(sides)) == 2 else "scalene"


def lights():
    steps = cycle([3, 1, 3])
    return [next(steps) for _ in range(6)]
"#;
const PLAIN_TESTS: &str = r#"from subject import State, kind, lights, turn
def test_all():
    assert turn(State.OPEN) == "shut"
    assert turn(State.SHUT) == "open"
    assert kind([1, 1, 1]) == "equilateral"
    assert kind([2, 2, 1]) == "isosceles"
    assert kind([2, 3, 4]) == "scalene"
    assert lights() == [3, 1, 3, 3, 1, 3]
"#;

#[test]
fn answers_in_classes_series_and_branches_are_named_and_states_and_kinds_are_not() {
    let told = messages(&run(job("held", HELD, HELD_TESTS)));
    let quiet = messages(&run(job("plain", PLAIN, PLAIN_TESTS)));

    let answers = told.iter().find(|message| message.contains("holds the answers"));
    let answers = answers.map(String::as_str).unwrap_or_default();
    assert!(["Primes", "lcs", "to_hsl"].iter().all(|name| answers.contains(name)), "{told:?}");
    assert_eq!(told.len(), 2, "{told:?}");
    assert_eq!(quiet, Vec::<String>::new());
}

const TILL: &str = r"class Till:
    def __init__(self, cash):
        self.cash = cash

    async def pay(self, amount):
        if amount > self.cash:
            return False
        self.cash -= amount
        return True
";
const TILL_TESTS: &str = r"import asyncio
from subject import Till
def test_paid():
    assert asyncio.run(Till(9).pay(3))
def test_refused():
    async def both():
        return await Till(1).pay(2)
    refused = asyncio.run(both())
    assert refused is not True
def test_nothing_waits():
    refused = Till(1).pay(2)
    assert refused is not True
    assert Till(1).pay(2)
";

#[test]
fn answers_that_nothing_waits_for_are_named() {
    let told = messages(&run(job("till", TILL, TILL_TESTS)));

    let places = "test_subject.py:12, test_subject.py:13";
    assert!(told.iter().any(|message| message.ends_with(places)), "{told:?}");
    assert_eq!(told.len(), 1, "{told:?}");
}
