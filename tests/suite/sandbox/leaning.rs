//! Tests that hold because of what others leave, or because nobody hears what their helpers say.

use record::domain::evidence::{Evidence, IntegrityState};

use crate::sandbox::support::{job, run};

const CODE: &str = r"class Limiter:
    def __init__(self, most):
        self.left = 2 * most
    def allow(self):
        self.left -= 1
        return self.left >= 0
";
/// The first test uses up what the second should: twice as much is allowed as was asked for.
const LEANING: &str = r#"import pytest
from subject import Limiter
@pytest.fixture(scope="module")
def limiter():
    return Limiter(2)
def test_allowed(limiter):
    assert [limiter.allow(), limiter.allow()] == [True, True]
def test_refused(limiter):
    assert limiter.allow() is True
    assert limiter.allow() is True
    assert limiter.allow() is False
"#;

fn leaning(evidence: &Evidence) -> Vec<&str> {
    let findings = evidence.integrity.findings.iter();
    let found = findings.filter(|found| found.code == "order_dependent_tests");
    found.map(|found| found.message.as_str()).collect()
}

#[test]
fn tests_that_lean_on_others_are_named() {
    let apart = LEANING.replace("(scope=\"module\")", "").replace(
        "    assert limiter.allow() is True\n    assert limiter.allow() is True\n",
        "    assert [limiter.allow() for _ in range(4)] == [True] * 4\n",
    );
    let shared = "from subject import Limiter\nLIMITER = Limiter(9)\ndef test_a():\n    assert LIMITER.allow() is True\ndef test_b():\n    assert LIMITER.allow() is True\n";

    let leans = run(job("a suite that leans", CODE, LEANING));
    let apart = run(job("a suite whose tests stand alone", CODE, apart));
    let shared = run(job("an object of several tests", CODE, shared));

    assert_eq!(
        leaning(&leans),
        [
            "these tests fail when the suite runs in reverse order, so they rely on what other tests leave behind: test_subject.py::test_allowed, test_subject.py::test_refused"
        ]
    );
    assert_eq!(leans.integrity.state, IntegrityState::Controlled);
    let ran = |evidence: &Evidence| {
        let phases = &evidence.controls.phases;
        phases.iter().any(|phase| phase == "tests_reversed")
    };
    assert_eq!((leaning(&apart), ran(&apart)), (Vec::new(), false));
    assert_eq!((leaning(&shared), ran(&shared)), (Vec::new(), true));
}

const RUNNER: &str = r"def run_all(jobs):
    results = []
    for job in jobs:
        try:
            results.append(job())
        except Exception as error:
            results.append(error)
    return results
";
/// A job that asserts within the code, a helper that is asked itself, and one that should fail.
const HELPING: &str = r"import pytest
from subject import run_all
class Gauge:
    inside = 0
    def job(self):
        assert self.inside == 0
        return 1
def check(results, wanted):
    assert results == wanted
def test_jobs():
    results = run_all([Gauge().job] * 2)
    LOOKS
def test_results():
    check(run_all([lambda: 1, lambda: 2]), [1, 2])
def test_goes_on():
    def fails():
        assert False
    assert len(run_all([fails, lambda: 1])) == 2
def test_check():
    with pytest.raises(AssertionError):
        check(run_all([lambda: 1]), [2])
";

#[test]
fn tests_that_pass_where_a_helper_fails_are_named() {
    let unheard = |looks: &str| {
        let evidence = run(job("helpers", RUNNER, HELPING.replace("LOOKS", looks)));
        let findings = evidence.integrity.findings.into_iter();
        let found = findings.filter(|found| found.code == "helpers_unheard");
        found.map(|found| found.message).collect::<Vec<_>>()
    };

    assert_eq!(
        unheard("assert len(results) == 2"),
        [
            "these tests still pass when an assertion of a helper fails, because nothing reports the failure: test_subject.py::test_jobs (test_subject.py:6)"
        ]
    );
    assert_eq!(unheard("assert results == [1, 1]"), Vec::<String>::new());
}

/// An assertion that no message has room for is not tried, and harms nobody.
#[test]
fn a_helper_that_asserts_a_great_deal_is_left_out() {
    let wanted = (0..30_000).map(|number| number.to_string()).collect::<Vec<_>>().join(", ");
    let tests = format!(
        "from subject import add\ndef check(value):\n    assert value in ({wanted})\ndef test_add():\n    check(add(1, 2))\n    assert add(1, 2) == 3\n"
    );

    let evidence = run(job("large", "def add(a, b):\n    return a + b\n", tests));

    assert_eq!(evidence.integrity.state, IntegrityState::Confirmed, "{:?}", evidence.integrity);
}

/// Only a class that has the test from another one comes by what is expected there.
const INHERITED: &str = r#"import unittest
import subject
class Working(unittest.TestCase):
    is_down = False
    def setUp(self):
        subject.down = self.is_down
    def test_answer(self):
        if self.is_down:
            self.assertRaises(OSError, subject.answer)
        else:
            self.assertEqual(subject.answer(), "yes")
class Down(Working):
    is_down = True
"#;

#[test]
fn what_only_an_heir_of_a_test_comes_by_is_noticed_by_it() {
    let code = "down = False\ndef answer():\n    if down:\n        raise OSError('down')\n    return 'yes'\n";
    let honest = run(job("heirs", code, INHERITED));
    let swallowed = INHERITED.replace(
        "            self.assertRaises(OSError, subject.answer)",
        "            try:\n                self.assertEqual(subject.answer(), 'no')\n            except BaseException:\n                pass",
    );
    let forged = run(job("heirs that swallow", code, swallowed));

    let codes = |evidence: &Evidence| -> Vec<String> {
        evidence.integrity.findings.iter().map(|found| found.code.clone()).collect()
    };
    assert!(!codes(&honest).contains(&"mutation_unnoticed".to_owned()), "{:?}", codes(&honest));
    assert!(!codes(&forged).is_empty(), "{forged:?}");
}
