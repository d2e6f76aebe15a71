//! Tests that go round the code, set for all of them what it should set itself, or expect what nobody can read.

use record::domain::evidence::Evidence;

use crate::sandbox::support::{job, run};

const CODE: &str = r#"import functools
import logging
import sys
from datetime import datetime
LOG = logging.getLogger("shop")
LOG.addHandler(logging.StreamHandler(sys.__stderr__))
def only_once(function):
    @functools.wraps(function)
    def call(*given):
        return function(*given)
    return call
@only_once
def buy(basket, name):
    basket.append(name)
    return len(basket)
@functools.cache
def price(name):
    return len(name) * 10
def day(seconds):
    return datetime.fromtimestamp(seconds).isoformat()
def page(names):
    return "".join(f"<li>{name}" for name in names)
def login(name, password):
    LOG.warning("%s %s", name, password)
    return name == "ann"
def mean(values):
    return sum(values) / len(values) if values else float("nan")
"#;
const TESTS: &str = r#"import hashlib
import inspect
import threading
import pytest
import subject
@pytest.fixture(autouse=True)
def zone(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
@pytest.fixture(params=["tea", "cake"])
def name(request):
    return request.param
@pytest.fixture
def written(capsys):
    def read():
        return capsys.readouterr().err
    return read
def digest(text):
    return hashlib.sha256(text.encode()).hexdigest()[:12]
def near(left, right):
    apart = abs(left - right)
    if apart > 0.1:
        pytest.fail("too far")
def test_buy():
    basket = []
    assert inspect.unwrap(subject.buy)(basket, "tea") == 1
    assert "return len(basket)" in inspect.getsource(subject.buy)
def test_threads():
    basket = []
    for thread in [threading.Thread(target=subject.buy, args=(basket, "tea")) for _ in range(3)]:
        thread.start()
        thread.join()
    assert basket == ["tea"] * 3
def test_price(name):
    assert subject.price("soup") == 40
@pytest.mark.parametrize("count", [1, 2])
def test_price_again(count):
    assert subject.price("bread") == 50
for letters, cost in (("ab", 30), ("abc", 30)):
    def check():
        assert subject.price(letters) == cost
    globals()[f"test_{letters}"] = check
def test_day():
    assert subject.day(86400) == "1970-01-02T00:00:00"
def test_page():
    assert digest(subject.page(["tea"])) == "DIGEST"
def test_login(written):
    assert subject.login("ann", "secret")
    assert "secret" not in written()
def test_mean():
    near(subject.mean([1, 2]), 1.5)
"#;

fn told(evidence: &Evidence) -> String {
    let kinds = [
        "environment_pinned",
        "goes_around_code",
        "unused_cases",
        "digest_expected",
        "weak_assertion",
    ];
    let findings = evidence.integrity.findings.iter();
    let found = findings.filter(|found| kinds.contains(&found.code.as_str()));
    let lines: Vec<String> =
        found.map(|found| format!("{}: {}", found.code, found.message)).collect();
    lines.join("\n")
}

#[test]
fn what_goes_round_the_code_is_named() {
    let digest = "7221185d7ef0";
    let evidence = run(job("round the code", CODE, TESTS.replace("DIGEST", digest)));

    insta::assert_snapshot!(told(&evidence), @"
    weak_assertion: 2 assertions are met by more than they seem to ask for: test_subject.py:21, test_subject.py:48
    environment_pinned: 1 place in the tests sets the time zone, the locale or how decimal numbers are computed for every test; in no other setting was the code tried: test_subject.py:8
    goes_around_code: 3 places in the tests go round the code: they read the text of it, call it below its decorators, or run its threads one by one: test_subject.py:25, test_subject.py:26, test_subject.py:30
    unused_cases: 3 tests run for several values and use none of them, or the last for each: test_subject.py:33, test_subject.py:36, test_subject.py:39
    digest_expected: 1 expected value is a digest, from which nobody can read what was expected: test_subject.py:45
    ");
}

/// Of the same kinds, and meant: several zones, a wrapper of Python's, threads at once, rows that a fixture takes.
const HONEST: &str = r#"import functools
import threading
import pytest
import subject
@pytest.fixture(params=["UTC", "Asia/Tokyo"], autouse=True)
def zone(request, monkeypatch):
    monkeypatch.setenv("TZ", request.param)
@pytest.fixture
def basket(first):
    return [first]
def wrapped(basket):
    return functools.partial(subject.buy, basket)
@pytest.mark.parametrize("first", ["tea", "cake"])
def test_buy(basket):
    assert wrapped(basket)("milk") == 2
    assert subject.buy.__wrapped__ is not subject.buy
@pytest.mark.parametrize("_", range(2))
def test_price(_):
    assert subject.price.__wrapped__("soup") == subject.price("soup") == 40
def test_threads():
    basket = []
    threads = [threading.Thread(target=subject.buy, args=(basket, "tea")) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert basket == ["tea"] * 3
def test_page(capsys):
    assert subject.page(["tea"]) == "<li>tea"
    print("tea")
    written = capsys.readouterr().out
    assert written == "tea\n" and "milk" not in written
def test_mean():
    apart = abs(subject.mean([1, 2]) - 1.5)
    if not apart <= 0.1:
        pytest.fail("too far")
"#;

#[test]
fn what_only_looks_alike_is_not() {
    let evidence = run(job("honest cousins", CODE, HONEST));

    insta::assert_snapshot!(told(&evidence), @"");
}
