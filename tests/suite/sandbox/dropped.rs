//! Tests that drop a new value, await nothing, find what they put in, or mend the code; and their twins that do not.

use crate::sandbox::support::{job, run};

const CODE: &str = r#"import asyncio
from decimal import Decimal
from typing import NamedTuple
class Bucket:
    def __init__(self, clock):
        self.clock, self.since = clock, clock.now
    def tokens(self):
        return min(5, 1 + self.clock.now - self.since)
def listing(names):
    return "\n".join(f"{len(name)} {name}" for name in names)
class Roads:
    def __init__(self):
        self.found = []
    def add(self, start, end):
        if start == end:
            raise ValueError("no way")
        self.found += [(start, end), (end, start)]
    def pause(self):
        raise NotImplementedError
async def doubled(items):
    return [item * 2 for item in items]
async def never():
    await asyncio.sleep(60)
class Month(NamedTuple):
    income: Decimal
def monthly(amounts):
    return {"may": Month(sum(amounts))}
"#;

const TESTS: &str = r#"import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal
import pytest
from subject import Bucket, Month, Roads, doubled, listing, monthly, never
@dataclass(frozen=True)
class Clock:
    now: float = 0
    def ahead(self, seconds):
        return replace(self, now=self.now + seconds)
def test_bucket():
    bucket = Bucket(Clock())
    KEEPClock().ahead(2)
    assert bucket.tokens() == TOKENS
def test_listing():
    found = listing(["NAME"])
    assert "6" in found
class Recording(Roads):
    def METHOD(self, start="", end=""):
        self.found += [(start, end), (end, start)]
def test_roads():
    roads = Recording()
    roads.add("a", "b")
    assert roads.found == [("a", "b"), ("b", "a")]
    with pytest.raises(ValueError):
        Roads().add("c", "c")
async def check_doubled(items):
    assert await doubled(items) == [item * 2 for item in items]
def test_doubled():
    async def inner():
        return AWAITcheck_doubled([1, 2])
    asyncio.run(inner())
def test_cancelled():
    ended = []
    async def waits():
        try:
            await never()
        except asyncio.CancelledError:
            ended.append(1)
            raise
    async def scenario():
        task = asyncio.ensure_future(waits())
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    asyncio.run(scenario())
    assert ended == [1]
def test_monthly():
    months = monthly([Decimal(1), Decimal(2)])
    assert list(months.items()) == [("may", Month(Decimal(3)))]
"#;

/// The kinds of findings and their places.
fn told(words: [&str; 5]) -> Vec<String> {
    let names = ["KEEP", "TOKENS", "NAME", "METHOD", "AWAIT"];
    let tests = names
        .iter()
        .zip(words)
        .fold(TESTS.to_owned(), |tests, (name, word)| tests.replace(name, word));
    let findings = run(job("dropped", CODE, tests)).integrity.findings;
    findings.into_iter().map(|found| format!("{} {}", found.code, found.message)).collect()
}

#[test]
fn what_a_test_drops_puts_in_or_mends_is_told() {
    let told = told(["", "1", "size 16", "add", ""]);

    let of = |code: &str| told.iter().find(|found| found.starts_with(code)).cloned();
    let places = |code: &str| of(code).map(|found| found.matches("test_subject.py:").count());
    assert_eq!(places("weak_assertion"), Some(2), "{told:#?}");
    assert_eq!(places("replaced_by_tests"), Some(1), "{told:#?}");
    assert_eq!(places("unreached_assertions"), Some(1), "{told:#?}");
}

#[test]
fn tests_that_do_none_of_it_are_told_nothing_of() {
    let told = told(["bucket.clock = ", "3", "sixsix", "pause", "await "]);

    let codes = ["weak_", "replaced_", "unreached_", "results_unchecked"];
    let is_told = |found: &&String| codes.iter().any(|code| found.starts_with(code));
    assert_eq!(told.iter().find(is_told), None, "{told:#?}");
}
