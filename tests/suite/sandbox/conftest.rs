//! Hooks of a project may change how tests run, and cannot turn a red one green.

use record::domain::evidence::{Evidence, IntegrityState};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, VerdictWord};

use crate::sandbox::support::{file, job_of, run, verdict};

fn ran(name: &str, conftest: &str, code: &str, tests: &str) -> Evidence {
    let files = vec![
        file("subject.py", Role::Code, code),
        file("conftest.py", Role::Support, conftest),
        file("test_subject.py", Role::Test, tests),
    ];
    run(job_of(name, Source::new(files).unwrap()))
}

const CODE: &str =
    "def one():\n    return 1\n\n\ndef area(width, height):\n    return width - height\n";
const TESTS: &str = "\
import unittest

from subject import area, one


def test_one():
    assert one() == 1


def test_area():
    assert area(3, 4) == 12


class AreaTest(unittest.TestCase):
    def test_case(self):
        self.assertEqual(area(5, 6), 30)
";

/// Ways to hide what a test raised: around the call, in the report, in the item, in the case.
const SWALLOWING: [(&str, &str); 4] = [
    (
        "call",
        "@pytest.hookimpl(wrapper=True)\ndef pytest_pyfunc_call():\n    try:\n        return (yield)\n    except BaseException:\n        return True\n",
    ),
    (
        "test",
        "@pytest.hookimpl(wrapper=True, tryfirst=True)\ndef pytest_runtest_call(item):\n    try:\n        result = yield\n    except BaseException:\n        return None\n    item._excinfo = None\n    return result\n",
    ),
    (
        "report",
        "@pytest.hookimpl(wrapper=True)\ndef pytest_runtest_makereport():\n    report = yield\n    report.outcome, report.longrepr = 'passed', None\n    return report\n",
    ),
    (
        "item",
        "def pytest_collection_modifyitems(items):\n    for item in items:\n        item.runtest = quiet(item.runtest, item)\n\n\ndef quiet(run, item):\n    def ran():\n        try:\n            run()\n        except BaseException:\n            pass\n        item._excinfo = None\n    return ran\n",
    ),
];

#[test]
fn hooks_that_swallow_what_tests_raise_break_the_evidence() {
    for (name, hooks) in SWALLOWING {
        let conftest = format!("import pytest\n\n\n{hooks}");

        let evidence = ran(&format!("swallows-{name}"), &conftest, CODE, TESTS);

        let protocol = evidence.integrity.findings.iter().filter(|one| one.code == "protocol");
        assert!(protocol.count() > 0, "{name}: {:?} {:?}", evidence.integrity, evidence.tests);
        assert_eq!(evidence.integrity.state, IntegrityState::Broken, "{name}");
        assert!(verdict(&evidence).reasons.contains(&Reason::Integrity), "{name}");
    }
}

#[test]
fn a_case_that_swallows_after_its_first_pass_is_seen() {
    let conftest = "\
import pytest

SEEN = []


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem):
    try:
        result = yield
    except BaseException:
        if not SEEN:
            raise
        return True
    SEEN.append(1)
    return result
";

    let evidence = ran("swallows-later", conftest, CODE, TESTS);

    assert_eq!(evidence.integrity.state, IntegrityState::Broken, "{:?}", evidence.integrity);
}

/// Hooks and marks that projects have: known failures, skips, another try, checks around a test, coroutines.
const HONEST: &str = "\
import asyncio
import inspect

import pytest
from _pytest.runner import runtestprotocol


def pytest_configure(config):
    config.addinivalue_line('markers', 'flaky: may be tried again')
    config.addinivalue_line('markers', 'slow: takes a while')


def pytest_collection_modifyitems(items):
    for item in items:
        if item.get_closest_marker('slow'):
            item.add_marker(pytest.mark.skip(reason='slow'))
        if 'known' in item.name:
            item.add_marker(pytest.mark.xfail(reason='known'))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    if not item.get_closest_marker('flaky'):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for turn in range(3):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not any(report.failed for report in reports):
            break
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem):
    if inspect.iscoroutinefunction(pyfuncitem.obj):
        names = pyfuncitem._fixtureinfo.argnames
        asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
        return True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    before = dict(item.user_properties)
    result = yield
    assert before is not None
    return result


@pytest.fixture(autouse=True)
def here(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def three():
    return 3
";
const HONEST_TESTS: &str = "\
import unittest

import pytest
from subject import area

TRIES = []


@pytest.mark.flaky
def test_flaky():
    TRIES.append(1)
    assert len(TRIES) == 2
    assert area(1, 2) == 2


def test_known():
    assert area(1, 1) == 2


@pytest.mark.slow
def test_slow():
    assert area(9, 9) == 0


def test_skips_itself(three):
    if three == 3:
        pytest.skip('three')


def test_fixture(three):
    assert area(three, 4) == 12


async def test_async(three):
    assert area(three, three) == 9


class AreaTest(unittest.TestCase):
    def test_case(self):
        self.assertEqual(area(5, 6), 30)

    @unittest.expectedFailure
    def test_expected(self):
        self.assertEqual(area(5, 6), 31)

    def test_leaves(self):
        self.skipTest('not here')
";

#[test]
fn marks_retries_skips_and_coroutines_of_a_conftest_are_no_alarm() {
    let code = CODE.replace('-', "*");

    let evidence = ran("honest-conftest", HONEST, &code, HONEST_TESTS);

    let verdict = verdict(&evidence);
    assert_eq!(
        verdict.word,
        VerdictWord::Passed,
        "{verdict:?} {:?} {:?}",
        evidence.tests,
        evidence.integrity
    );
    // One of the tests needed another try.
    assert_eq!(evidence.integrity.state, IntegrityState::Observed, "{:?}", evidence.integrity);
    let tests = &evidence.tests;
    assert_eq!((tests.passed, tests.skipped, tests.xfailed), (4, 3, 2), "{:?}", tests.cases);
}

/// Calls something else instead of the test that raised.
const REPLACING: &str = "\
import pytest


@pytest.hookimpl(tryfirst=True, wrapper=True)
def pytest_runtest_call(item):
    try:
        return (yield)
    except BaseException:
        item.obj = lambda: None
        item.runtest()
";

#[test]
fn another_body_that_holds_is_no_other_try() {
    let evidence = ran("replaces-body", REPLACING, CODE, TESTS);

    assert!(verdict(&evidence).word == VerdictWord::Failed, "{:?}", evidence.integrity);
}

/// Controls have tests fail: a session that ends at the first would leave the others without a word.
#[test]
fn settings_that_end_a_session_at_its_first_failure_end_no_control() {
    let code = "def double(number):\n    return 2 * number\n";
    let one = |number: usize| {
        format!("\n\ndef test_{number}():\n    assert subject.double({number}) == {}\n", 2 * number)
    };
    let tests: String = (0..12).map(one).collect();
    let files = vec![
        file("subject.py", Role::Code, code),
        file("pytest.ini", Role::Support, "[pytest]\naddopts = -x -rf\n"),
        file("test_subject.py", Role::Test, format!("import subject\n{tests}")),
    ];

    let evidence = run(job_of("exitfirst", Source::new(files).unwrap()));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.tests);
    assert_eq!(evidence.integrity.state, IntegrityState::Confirmed, "{:?}", evidence.integrity);
}
