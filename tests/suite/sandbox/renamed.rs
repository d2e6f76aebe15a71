//! Tests that a decorator replaces by others of other names.

use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::VerdictWord;

use crate::sandbox::support::{file, job_of, run, verdict};

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
