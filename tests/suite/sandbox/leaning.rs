//! Tests that hold only because of what others leave.

use record::domain::evidence::{Evidence, IntegrityState};

use crate::sandbox::support::{job, run};

const CODE: &str = r#"class Limiter:
    def __init__(self, most):
        self.left = 2 * most
    def allow(self):
        self.left -= 1
        return self.left >= 0
"#;
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
            "these tests fail where the suite runs in reverse order, so they lean on what others leave: test_subject.py::test_allowed, test_subject.py::test_refused"
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
