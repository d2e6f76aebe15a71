//! Tests that a decorator replaces by others of other names, that run in classes below their own, or that others hide.

use record::domain::evidence::{Evidence, IntegrityState};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, VerdictWord};

use crate::sandbox::support::{file, job, job_of, run, verdict};

/// What the package of this name does for methods, in short.
const PARAMETERIZED: &str = "import sys\n\n\nclass parameterized:\n    @staticmethod\n    def expand(rows):\n        def spread(function):\n            names = sys._getframe(1).f_locals\n            for number, row in enumerate(rows):\n                names[f'{function.__name__}_{number}'] = lambda self, row=row: function(self, *row)\n        return spread\n";
const CODE: &str = "def double(number):\n    return 2 * number\n";
const TESTS: &str = "import unittest\n\nfrom parameterized import parameterized\nfrom subject import double\n\n\nclass DoubleTest(unittest.TestCase):\n    @parameterized.expand([(1, 2), (2, 4)])\n    def test_rows(self, number, wanted):\n        self.assertEqual(double(number), wanted)\n\n    def test_three(self):\n        self.assertEqual(double(3), 6)\n";

#[test]
fn names_that_a_decorator_replaces_are_not_missed() {
    let files = [
        ("subject.py", Role::Code, CODE),
        ("parameterized.py", Role::Support, PARAMETERIZED),
        ("test_subject.py", Role::Test, TESTS),
    ];
    let files = files.map(|(path, role, text)| file(path, role, text));

    let evidence = run(job_of("renamed", Source::new(files.to_vec()).unwrap()));

    let verdict = verdict(&evidence);
    assert_eq!(verdict.word, VerdictWord::Passed, "{:?} {evidence:?}", verdict.reasons);
    assert_eq!((evidence.tests.passed, evidence.tests.missing.len()), (3, 0));
}

/// The abstract class runs nothing itself; one that nobody completes runs nothing at all.
#[test]
fn tests_of_an_abstract_class_are_missed_where_no_class_completes_it() {
    let tests = |bases: &str| {
        format!(
            "from abc import ABC, abstractmethod\n\nfrom subject import double\n\n\nclass TestBase(ABC):\n    @property\n    @abstractmethod\n    def number(self): ...\n\n    \
             def test_double(self):\n        assert double(self.number) == 6\n\n\nclass TestThree{bases}:\n    number = 3\n\n    def test_four(self):\n        assert double(4) == 8\n"
        )
    };

    let complete = run(job("abstract", CODE, tests("(TestBase)")));
    let alone = run(job("lone", CODE, tests("")));

    assert_eq!(verdict(&complete).word, VerdictWord::Passed, "{:?}", complete.tests);
    assert_eq!(complete.tests.passed, 2);
    assert_eq!(alone.tests.missing, ["test_subject.py::TestBase::test_double"]);
}

/// What another test or class of the same name hides runs under a name of its own: it decides the verdict all the same.
#[test]
fn hidden_tests_count_by_what_they_do_under_a_name_of_their_own() {
    let tests = |hidden: u32, class: u32| {
        format!(
            "from subject import double\n\n\ndef test_double():\n    assert double(1) == {hidden}\n\n\ndef test_double():  # again\n    assert double(2) == 4\n\n\n\
             class TestMore:\n    def test_first(self):\n        assert double(3) == {class}\n\n\nclass TestMore:\n    def test_second(self):\n        assert double(4) == 8\n"
        )
    };
    let told = |evidence: &Evidence| {
        let found = evidence.integrity.findings.iter().find(|found| found.code == "shadowed_tests");
        found.map(|found| found.message.clone())
    };

    let right = run(job("shadowed", CODE, tests(2, 6)));
    let wrong = run(job("wrong", CODE, tests(3, 6)));
    let wrong_class = run(job("wrong-class", CODE, tests(2, 7)));

    assert_eq!(verdict(&right).word, VerdictWord::Passed, "{:?}", right.tests);
    assert_eq!(right.integrity.state, IntegrityState::Controlled, "{:?}", right.integrity);
    assert_eq!(
        told(&right).as_deref(),
        Some(
            "others of the same names hide these from pytest; under names of their own they pass: \
             test_subject.py::test_double, test_subject.py::TestMore"
        )
    );
    for evidence in [wrong, wrong_class] {
        assert_eq!(verdict(&evidence).reasons, [Reason::MissingTests], "{:?}", evidence.tests);
        assert_eq!(told(&evidence), None);
    }
}
