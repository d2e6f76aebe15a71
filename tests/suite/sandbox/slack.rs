//! Checks that hold by what the test itself does, and answers that lie ready in a table.

use record::domain::evidence::Evidence;

use crate::sandbox::support::{job, run};

const CODE: &str = r#"import asyncio
KNOWN = {1: 1, 2: 4, 3: 9, 4: 16}
def square(number):
    if number not in KNOWN:
        KNOWN[number] = number + number
    return KNOWN[number]
def pages(items, size):
    return [items[at:at + size] for at in range(0, len(items), size)]
def merge(base, more):
    base["in"].update(more["in"])
    return dict(base)
def turned(rows):
    return [list(column) for column in zip(*rows)][::-1]
class Cache:
    def __init__(self):
        self.held = {}
    def put(self, key, value):
        self.held[key] = value
    def get(self, key):
        return self.held.get(key)
async def each(jobs):
    return await asyncio.gather(*(job() for job in jobs))
"#;

const TESTS: &str = r#"import asyncio
from concurrent.futures import ThreadPoolExecutor, wait
import pytest
from subject import Cache, each, merge, pages, square, turned
GOLDEN = {f"{number} ": number * number for number in (1, 2)}
def test_table():
    found = square(3)
    assert found == GOLDEN.get("3", found)
@pytest.mark.parametrize("number, wanted", [(1, 1), (2, 4), (4, 16)])
def test_square(number, wanted):
    assert square(number) == number if number == 1 else wanted
def in_order(actual, expected):
    for at, item in enumerate(actual):
        assert item == expected[at]
def test_pages():
    in_order(pages([1, 2, 3], 2), [[1, 2], [3]])
def test_each_page():
    found = pages([1, 2, 3], 2)
    for at, page in enumerate(found):
        assert page == [1, 2, 3][at * 2:at * 2 + 2]
@pytest.fixture
def base():
    return {"in": {"a": 1}}
def test_merge(base):
    before = base.copy()
    assert merge(base, {"in": {"b": 2}}) == {"in": {"a": 1, "b": 2}}
    assert base == before
def test_turned():
    assert turned([[1, 2], [2, 1]]) == [[2, 1], [1, 2]]
    assert turned(turned([[1, 2], [3, 4]])) == [[4, 3], [2, 1]]
class TestCache:
    @property
    def cache(self):
        return Cache()
    def test_put(self):
        self.cache.put("a", 1)
        assert self.cache.get("a") is None
def run_all(jobs):
    with ThreadPoolExecutor() as pool:
        return len(wait([pool.submit(job) for job in jobs]).done)
def test_threads():
    def one():
        assert pages([1, 2], 1) == [[1], [2]]
    assert run_all([one] * 2) == 2
def test_each():
    seen = []
    class Probe:
        at_work = 0
    async def job():
        Probe.at_work += 1
        seen.append(Probe.at_work)
        Probe.at_work -= 1
        await asyncio.sleep(0)
    asyncio.run(each([job] * 3))
    assert max(seen) <= 2
"#;

/// Of the same kinds, and meant.
const HONEST: &str = r#"import asyncio
import copy
from concurrent.futures import ThreadPoolExecutor
import pytest
from subject import Cache, each, merge, pages, square, turned
GOLDEN = {1: 1, 2: 4, 7: 14}
def test_table():
    for number in (1, 7):
        assert square(number) == GOLDEN.get(number, "none")
@pytest.mark.parametrize("number, wanted", [(1, 1), (2, 4), (4, 16)])
def test_square(number, wanted):
    assert square(number) == (number if number == 1 else wanted)
def in_order(actual, expected):
    assert len(actual) == len(expected)
    for at, item in enumerate(actual):
        assert item == expected[at]
def test_pages():
    in_order(pages([1, 2, 3], 2), [[1, 2], [3]])
def test_each_page():
    found = pages([1, 2, 3], 2)
    for at, page in enumerate([[1, 2], [3]]):
        assert page == found[at]
    assert len(found) == 2
@pytest.fixture
def flat():
    return {"in": 1}
def test_merge(flat):
    base = {"in": {"a": 1}}
    before = copy.deepcopy(base)
    same = flat.copy()
    assert merge(base, {"in": {"b": 2}}) == {"in": {"a": 1, "b": 2}}
    assert base != before and flat == same
def test_turned():
    assert turned([[1, 2], [3, 4]]) == [[2, 4], [1, 3]]
class TestCache:
    @property
    def cache(self):
        return Cache()
    def test_put(self):
        cache = self.cache
        cache.put("a", 1)
        assert cache.get("a") == 1
        assert self.cache.get("a") is None
def run_all(jobs):
    with ThreadPoolExecutor() as pool:
        return [done.result() for done in [pool.submit(job) for job in jobs]]
def test_threads():
    def one():
        assert pages([1, 2], 1) == [[1], [2]]
    assert run_all([one] * 2) == [None, None]
def test_each():
    seen = []
    class Probe:
        at_work = 0
    async def job():
        Probe.at_work += 1
        await asyncio.sleep(0)
        seen.append(Probe.at_work)
        Probe.at_work -= 1
    asyncio.run(each([job] * 3))
    assert max(seen) == 3
"#;

fn told(evidence: &Evidence) -> Vec<String> {
    let findings = &evidence.integrity.findings;
    findings.iter().map(|found| format!("{}: {}", found.code, found.message)).collect()
}

#[test]
fn checks_that_hold_by_what_the_test_does_are_named() {
    let named = told(&run(job("slack", CODE, TESTS)));

    insta::assert_snapshot!(named.join("\n"), @"
    vanishing_failures: 1 place in the tests gathers failures that nothing looks at: test_subject.py:44
    weak_assertion: 7 assertions are met by more than they seem to ask for: test_subject.py:8, test_subject.py:11, test_subject.py:14 …
    answers_from_table: 1 place in the code has an answer in a table, and no test came to what it works out for everything else: subject.py:4
    results_partly_checked: all their tests still pass where these functions give results in another order, laid out otherwise, with more behind, or lower: turned
    helpers_unheard: these tests still pass when an assertion of a helper fails, because nothing reports the failure: test_subject.py::test_threads (test_subject.py:43)
    unproven_tests: 1 test passes whose failure nothing has shown: test_subject.py::test_pages
    ");
}

#[test]
fn checks_of_the_same_kinds_that_are_meant_are_not_named() {
    let named = told(&run(job("meant slack", CODE, HONEST)));

    insta::assert_snapshot!(named.join("\n"), @"unproven_tests: 1 test passes whose failure nothing has shown: test_subject.py::test_pages");
}
