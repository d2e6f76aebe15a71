//! Tests that a decorator replaces by others of other names, that run in classes below their own, or that others hide.

use record::domain::evidence::{Evidence, Finding, IntegrityState};
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

#[test]
fn a_project_may_make_tests_of_rows_by_a_decorator_of_its_own() {
    let tests = "import pytest\n\nfrom subject import double\n\n\ndef parametrize_class(cls):\n    rows = cls.__dict__['test_rows']\n    del cls.test_rows\n    for number in (1, 2):\n        setattr(cls, f'test_rows_{number}', lambda self, number=number: rows(self, number))\n    return cls\n\n\n@parametrize_class\nclass TestDouble:\n    def test_rows(self, number):\n        assert double(number) == number + number\n";
    // pytest's own leaves every name as it is.
    let marked = "import pytest\n\nfrom subject import double\n\n\n@pytest.mark.parametrize('number', [1])\nclass TestDouble:\n    def test_rows(self, number):\n        assert double(number) == 2\n\n    def test_gone(self, number):\n        assert double(number) == 2\n\n\ndel TestDouble.test_gone\n";

    let made = run(job("own-rows", CODE, tests));
    let gone = run(job("own-gone", CODE, marked));

    assert_eq!(verdict(&made).word, VerdictWord::Passed, "{:?}", made.tests);
    assert_eq!((made.tests.passed, made.tests.missing.len()), (2, 0));
    assert_eq!(gone.tests.missing, ["test_subject.py::TestDouble::test_gone"]);
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

/// Controls change the text of test files: a test of their style fails there, and says nothing of the code.
#[test]
fn a_test_of_the_style_of_test_files_accuses_nobody() {
    let style = "from pathlib import Path\n\n\ndef untidy():\n    lines = Path(__file__).with_name('test_subject.py').read_text().splitlines()\n    return sum(' == ' in line for line in lines) - 2\n\n\ndef test_style():\n    errors = untidy()\n    assert errors == 0\n";
    let tests = "from subject import double\n\n\ndef test_double():\n    assert double(2) == 4\n\n\ndef test_more():\n    assert double(3) == 6\n";
    let lying = "import pathlib\n\n\ndef double(number):\n    is_known = '== 6' in pathlib.Path('test_subject.py').read_text()\n    return 2 * number if is_known else 7\n";
    let with = |code: &str| {
        let files = [
            ("subject.py", Role::Code, code),
            ("test_subject.py", Role::Test, tests),
            ("test_style.py", Role::Test, style),
        ];
        Source::new(files.map(|(path, role, text)| file(path, role, text)).to_vec()).unwrap()
    };

    let honest = run(job_of("style", with(CODE)));
    let forged = run(job_of("style-forged", with(lying)));

    assert_eq!(verdict(&honest).word, VerdictWord::Passed, "{:?}", honest.integrity);
    assert_eq!(honest.integrity.state, IntegrityState::Controlled, "{:?}", honest.integrity);
    let is_read = |found: &Finding| found.code == "tests_read_tests";
    assert!(honest.integrity.findings.iter().any(is_read), "{:?}", honest.integrity);
    assert_eq!(forged.integrity.state, IntegrityState::Suspect, "{:?}", forged.integrity);
}

/// Two cases whose names begin alike for longer than any name that is kept.
#[test]
fn names_that_are_too_long_to_be_kept_stay_two() {
    let tests = "import pytest\n\nfrom subject import double\n\nLONG = 'x' * 1200\n\n\n@pytest.mark.parametrize('name', [LONG + 'a', LONG + 'b'], ids=str)\ndef test_long(name):\n    assert double(2) == 4\n";

    let evidence = run(job("long-names", CODE, tests));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed, "{:?}", evidence.integrity);
    assert_eq!((evidence.tests.passed, evidence.tests.missing.len()), (2, 0));
}
