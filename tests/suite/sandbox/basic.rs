//! What every execution shows.

use std::collections::BTreeMap;

use record::domain::evidence::{Coverage, Evidence, MissingLine, Share, TestOutcome};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::{Reason, VerdictWord};
use sandbox::backend::Job;

use crate::sandbox::support::{backend, file, job, job_of, quick, run, run_with, verdict};

/// With the linter that engines have where nobody says otherwise.
fn linted(job: Job) -> Evidence {
    run_with(&backend(), job)
}

#[test]
fn a_good_suite_passes_with_coverage_and_a_score() {
    let evidence = linted(job(
        "good",
        "\"\"\"Sums.\"\"\"\n\n\ndef add(a, b):\n    \"\"\"Adds.\"\"\"\n    return a + b\n",
        "from subject import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    ));

    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
    assert_eq!(evidence.coverage, Some(Coverage::of(2, 2, vec![])));
    assert_eq!(evidence.lint.score, Some(10.0));
}

#[test]
fn a_failing_suite_fails_by_its_tests() {
    let evidence = run(job(
        "bad",
        "def add(a, b):\n    return a - b\n",
        "from subject import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    ));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Tests]);
}

fn outcome(name: &str, files: Vec<(&str, Role, &str)>) -> Evidence {
    let files = files.into_iter().map(|(path, role, text)| file(path, role, text)).collect();
    run(job_of(name, Source::new(files).unwrap()))
}

#[test]
fn the_example_whose_tests_forget_to_import_passes() {
    let code = "import csv\nimport io\n\n\ndef parse_csv(text, delimiter=','):\n    return list(csv.reader(io.StringIO(text), delimiter=delimiter))\n\n\ndef sum(values):\n    return 'ours'\n";
    let tests = "import pytest\n\n\ndef test_quoted_field():\n    assert parse_csv('a,\"b,c\"\\n') == [['a', 'b,c']]\n\n\ndef test_delimiter():\n    assert parse_csv('a;b', delimiter=';') == [['a', 'b']]\n\n\ndef test_builtin_is_theirs():\n    assert sum([1]) == 'ours'\n";

    let evidence = outcome(
        "csv",
        vec![("csv_parser.py", Role::Code, code), ("test_csv_parser.py", Role::Test, tests)],
    );

    assert_eq!(verdict(&evidence).reasons, vec![]);
    assert_eq!(evidence.tests.passed, 3);
}

#[test]
fn names_that_the_tests_define_are_theirs() {
    let code = "VALUE = 1\n\n\ndef helper():\n    return 1\n\n\ndef other():\n    return 5\n";
    let tests = "def helper():\n    return 2\n\n\ndef test_helper():\n    assert helper() == 2 and other() == 5\n";

    let evidence = run(job("names", code, tests));

    assert_eq!(evidence.tests.passed, 1);
}

#[test]
fn packages_support_files_and_folders_work() {
    let files = vec![
        ("shop/__init__.py", Role::Code, "from shop.cart import total\n"),
        (
            "shop/cart.py",
            Role::Code,
            "def total(prices):\n    return sum(prices)\n\n\ndef unused():\n    return 1\n",
        ),
        (
            "tests/test_cart.py",
            Role::Test,
            "from pathlib import Path\nfrom shop import total\nfrom support import prices\n\n\ndef test_total(three):\n    assert total(prices()) == 6 == three * 2\n\n\ndef test_data():\n    assert Path('data/prices.txt').read_text() == '1 2 3'\n    Path('data/new.txt').write_text('x')\n",
        ),
        (
            "tests/conftest.py",
            Role::Support,
            "import pytest\n\n\n@pytest.fixture\ndef three():\n    return 3\n",
        ),
        (
            "support.py",
            Role::Support,
            "def prices():\n    return [int(word) for word in open('data/prices.txt').read().split()]\n",
        ),
        ("data/prices.txt", Role::Support, "1 2 3"),
    ];

    let evidence = outcome("package", files);

    assert_eq!(verdict(&evidence).reasons, vec![]);
    let missing = vec![MissingLine::InFile("shop/cart.py:6".to_owned())];
    let files = [("shop/__init__.py", Share::of(1, 1)), ("shop/cart.py", Share::of(3, 4))];
    let files = files.map(|(path, share)| (path.to_owned(), share)).into();
    assert_eq!(evidence.coverage, Some(Coverage { files, ..Coverage::of(4, 5, missing) }));
}

#[test]
fn a_conftest_that_the_code_writes_has_no_effect() {
    let code =
        "open('conftest.py', 'w').write('import os; os._exit(0)')\n\n\ndef one():\n    return 1\n";

    let evidence = run(job(
        "conftest",
        code,
        "from subject import one\n\n\ndef test_one():\n    assert one() == 2\n",
    ));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Tests]);
}

#[test]
fn sources_are_sealed_while_they_run() {
    let code = "import pathlib\n\n\ndef rewrite():\n    pathlib.Path(__file__).write_text('')\n\n\ndef drop():\n    pathlib.Path(__file__).unlink()\n";
    let tests = "import pytest\nfrom subject import drop, rewrite\n\n\n@pytest.mark.parametrize('attack', [rewrite, drop])\ndef test_attack(attack):\n    with pytest.raises(OSError):\n        attack()\n";

    assert_eq!(run(job("sealed", code, tests)).tests.passed, 2);
}

#[test]
fn every_outcome_of_pytest_is_counted() {
    let tests = "import unittest\nimport pytest\nfrom subject import one\n\n\ndef test_pass():\n    assert one() == 1\n\n\ndef test_fail():\n    assert one() == 2\n\n\n@pytest.mark.skip\ndef test_skip():\n    one()\n\n\n@pytest.mark.xfail\ndef test_xfail():\n    assert one() == 2\n\n\n@pytest.mark.xfail\ndef test_xpass():\n    assert one() == 1\n\n\n@pytest.mark.xfail(strict=True)\ndef test_strict():\n    assert one() == 1\n\n\n@pytest.fixture\ndef broken():\n    raise OSError\n\n\ndef test_error(broken):\n    one()\n\n\nclass Cases(unittest.TestCase):\n    def test_parts(self):\n        for number in range(3):\n            with self.subTest(number=number):\n                self.assertEqual(number % 2, 0)\n";

    let evidence = run(job("outcomes", "def one():\n    return 1\n", tests));

    let outcomes: Vec<(String, TestOutcome)> = evidence
        .tests
        .cases
        .iter()
        .map(|case| (case.id.replace("test_subject.py::", ""), case.outcome))
        .collect();
    let expected = [
        ("test_pass", TestOutcome::Passed),
        ("test_fail", TestOutcome::Failed),
        ("test_skip", TestOutcome::Skipped),
        ("test_xfail", TestOutcome::Xfailed),
        ("test_xpass", TestOutcome::Xpassed),
        ("test_strict", TestOutcome::Failed),
        ("test_error", TestOutcome::Error),
        ("Cases::test_parts", TestOutcome::Failed),
    ];
    assert_eq!(outcomes, expected.map(|(id, outcome)| (id.to_owned(), outcome)).to_vec());
}

#[test]
fn a_test_that_raises_and_is_set_aside_is_no_alarm() {
    let tests = "import unittest\nimport pytest\nfrom subject import one\n\n\ndef test_pass():\n    assert one() == 1\n\n\n\
        @pytest.fixture\ndef unwilling():\n    pytest.skip('not here')\n\n\ndef test_by_fixture(unwilling):\n    one()\n\n\n\
        def test_by_itself():\n    pytest.skip('not now')\n\n\ndef test_expected():\n    pytest.xfail('known')\n\n\n\
        def test_marked_late(request):\n    request.applymarker(pytest.mark.xfail)\n    assert one() == 2\n\n\n\
        @pytest.mark.parametrize('n', [pytest.param(2, marks=pytest.mark.xfail(raises=AssertionError))])\n\
        def test_marked(n):\n    assert one() == n\n\n\nclass Cases(unittest.TestCase):\n    @unittest.expectedFailure\n    \
        def test_expected(self):\n        self.assertEqual(one(), 2)\n\n    def test_skipped(self):\n        \
        self.skipTest('no')\n\n    def test_raises(self):\n        raise unittest.SkipTest('no')\n";

    let evidence = run(job("set-aside", "def one():\n    return 1\n", tests));

    let alarms = evidence.integrity.findings.iter().filter(|finding| finding.code == "protocol");
    assert_eq!(alarms.count(), 0, "{:?}", evidence.integrity);
    let counted = [evidence.tests.passed, evidence.tests.skipped, evidence.tests.xfailed];
    assert_eq!((counted, evidence.tests.failed + evidence.tests.errors), ([1, 4, 4], 0));
}

#[test]
fn a_suite_that_is_not_run_says_nothing() {
    let backend = quick();
    for _ in 0..6 {
        let evidence =
            run_with(&backend, job("broken", "def one(:\n", "def test_one():\n    pass\n"));

        assert_eq!(evidence.output.stderr, "", "{:?}", evidence.output);
    }
}

#[test]
fn tests_that_never_meet_the_subject_are_untouched() {
    let evidence = run(job(
        "untouched",
        "def one():\n    return 1\n",
        "import subject\n\n\ndef test_nothing():\n    assert True\n",
    ));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Untouched]);
}

#[test]
fn critical_lint_fails_a_suite_that_passes() {
    let evidence = linted(job(
        "critical",
        "def one():\n    return 1\n\n\ndef two():\n    return undefined_name\n",
        "from subject import one\n\n\ndef test_one():\n    assert one() == 1\n",
    ));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::LintCritical]);
}

#[test]
fn suppressions_and_given_variables_are_told() {
    let code = "import os\n\n\ndef name():\n    return os.environ['GIVEN']\n\n\ndef hidden():  # pragma: no cover\n    return 1  # noqa\n";
    let mut job = job(
        "suppressed",
        code,
        "from subject import name\n\n\ndef test_name():\n    assert name() == 'value'\n",
    );
    job.env = BTreeMap::from([("GIVEN".to_owned(), "value".to_owned())]);

    let evidence = run(job);

    let codes: Vec<&str> =
        evidence.integrity.findings.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, vec!["coverage_pragma", "noqa"]);
    assert_eq!(evidence.environment.0["variables"], "GIVEN");
    assert_eq!(evidence.tests.passed, 1);
}

#[test]
fn lines_are_told_test_by_test_where_asked() {
    let code = "def up(n):\n    return n + 1\n\n\ndef down(n):\n    if n:\n        return n - 1\n    return 0\n";
    let tests = "from subject import down, up\n\n\ndef test_up():\n    assert up(1) == 2\n\n\n\
                 def test_down():\n    assert down(0) == 0\n\n\ndef test_both():\n    assert down(up(1)) == 1\n";
    let asked = Job { lines_by_test: true, ..job("by-test", code, tests) };

    let coverage = run(asked).coverage.unwrap();

    let lines = |test: &str| {
        let of_test = &coverage.by_test[&format!("test_subject.py::{test}")];
        of_test["subject.py"].iter().copied().collect::<Vec<u32>>()
    };
    assert_eq!(lines("test_up"), vec![2]);
    assert_eq!(lines("test_down"), vec![6, 8]);
    assert_eq!(lines("test_both"), vec![2, 6, 7]);
    assert_eq!((coverage.covered, coverage.total), (6, 6));
}

#[test]
fn what_a_program_puts_in_the_place_of_its_module_is_asked_nothing() {
    let evidence = run(job(
        "stands-in",
        "import sys\n\n\nclass Lazy:\n    def __getattr__(self, name):\n        raise KeyError(name)\n\n\n\
         def broken(n):\n    raise ValueError(f'no {n}')\n\n\nLazy.broken = staticmethod(broken)\nLazy.__path__ = []\nLazy.__spec__ = None\n\
         sys.modules[__name__] = Lazy()\n",
        "from subject import broken\n\n\ndef test_it():\n    broken(2)\n",
    ));

    assert_eq!(verdict(&evidence).reasons, vec![Reason::Tests]);
    assert!(evidence.tests.cases[0].message.contains("ValueError: no 2"));
}
