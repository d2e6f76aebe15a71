//! Doctests that a project's own settings have pytest collect from its code.

use record::domain::role::Role;
use record::domain::source::Source;

use crate::sandbox::support::{assert_passes, file, job_of, run};

/// pytest itself takes doctests from code, but neither imports its `__main__.py` nor looks for tests there.
#[test]
fn code_that_is_searched_for_doctests_is_no_file_of_tests() {
    let code = "def double(number):\n    \"\"\"Doubles.\n\n    >>> double(3)\n    6\n    \"\"\"\n    return number * 2\n\n\ndef test_server(address):\n    raise ConnectionError(address)\n";
    let main = "import sys\n\nfrom shop.sums import double\n\nwith sys.stdout as out:\n    print(double(1), file=out)\nsys.exit(3)\n";
    let tests = "from shop.sums import double\n\n\ndef test_double():\n    assert double(4) == 8\n";
    let files = [
        ("shop/__init__.py", Role::Code, ""),
        ("shop/__main__.py", Role::Code, main),
        ("shop/sums.py", Role::Code, code),
        ("test_shop.py", Role::Test, tests),
        ("pytest.ini", Role::Support, "[pytest]\naddopts = --doctest-modules\n"),
    ];
    let files = files.map(|(path, role, text)| file(path, role, text));

    let evidence = run(job_of("searched", Source::new(files.to_vec()).unwrap()));

    assert_eq!(evidence.tests.passed, 2, "{:?} {:?}", evidence.termination, evidence.tests.cases);
    assert_eq!(evidence.tests.errors + evidence.tests.failed, 0);
}

/// pytest words the failures of tests anew, and not those of the code, whose words a doctest may show.
#[test]
fn assertions_of_the_code_keep_their_own_words_in_doctests() {
    let code = "def half(number):\n    \"\"\"Halves.\n\n    >>> half(3)\n    Traceback (most recent call last):\n    ...\n    AssertionError: odd\n    \"\"\"\n    assert number in (2, 4), 'odd'\n    return number // 2\n";
    let tests = "from subject import half\n\n\ndef test_half():\n    assert half(4) == 2\n";
    let files = [
        ("subject.py", Role::Code, code),
        ("test_subject.py", Role::Test, tests),
        ("pytest.ini", Role::Support, "[pytest]\naddopts = --doctest-modules\n"),
    ];
    let files = files.map(|(path, role, text)| file(path, role, text));

    let evidence = run(job_of("words", Source::new(files.to_vec()).unwrap()));

    assert_passes("words", &evidence);
    assert_eq!(evidence.tests.passed, 2);
}

/// A `conftest.py` speaks for the folders below it too, of which pytest is given files by name.
#[test]
fn code_that_a_project_keeps_from_its_doctests_is_not_imported() {
    let code = "def double(number):\n    \"\"\"Doubles.\n\n    >>> double(2)\n    4\n    \"\"\"\n    return 2 * number\n";
    let tests =
        "from inner.subject import double\n\n\ndef test_double():\n    assert double(3) == 6\n";
    let files = [
        ("inner/__init__.py", Role::Code, ""),
        ("inner/subject.py", Role::Code, code),
        ("inner/elsewhere.py", Role::Code, "import some_absent_package\n"),
        ("conftest.py", Role::Support, "collect_ignore = ['inner/elsewhere.py']\n"),
        ("pytest.ini", Role::Support, "[pytest]\naddopts = --doctest-modules\n"),
        ("tests/test_subject.py", Role::Test, tests),
    ];
    let files = files.map(|(path, role, text)| file(path, role, text));

    let evidence = run(job_of("kept from doctests", Source::new(files.to_vec()).unwrap()));

    assert_passes("kept from doctests", &evidence);
    assert_eq!(evidence.tests.passed, 2);
    let told = evidence.integrity.findings.iter().find(|one| one.code == "skipped_files").unwrap();
    assert!(told.message.contains("inner/elsewhere.py (collect_ignore"), "{told:?}");
}

/// A hook of a `conftest.py` makes tests of tables and pages; pytest's own doctests take none of these by themselves.
#[test]
fn what_a_hook_of_a_conftest_collects_is_tested() {
    let conftest = "import json\n\nimport pytest\n\nfrom sums import double\n\n\ndef pytest_collect_file(parent, file_path):\n    if file_path.suffix == '.json':\n        return Table.from_parent(parent, path=file_path)\n\n\nclass Table(pytest.File):\n    def collect(self):\n        for name, row in json.loads(self.path.read_text()).items():\n            yield Case.from_parent(self, name=name, row=row)\n\n\nclass Case(pytest.Item):\n    def __init__(self, *, row, **known):\n        super().__init__(**known)\n        self.row = row\n\n    def runtest(self):\n        given, wanted = self.row\n        assert double(given) == wanted\n";
    let tests = "from sums import double\n\n\ndef test_double():\n    assert double(3) == 6\n";
    let files = [
        ("sums.py", Role::Code, "def double(number):\n    return number * 2\n"),
        ("tests/conftest.py", Role::Support, conftest),
        ("tests/test_sums.py", Role::Test, tests),
        ("tests/rows/more.json", Role::Support, "{\"two\": [2, 4], \"three\": [3, 7]}"),
        ("tests/build/old.json", Role::Support, "{\"old\": [2, 5]}"),
        ("tests/words.txt", Role::Support, ">>> 1\n2\n"),
        ("elsewhere.json", Role::Support, "{\"nine\": [9, 1]}"),
    ];
    let files = files.map(|(path, role, text)| file(path, role, text));

    let evidence = run(job_of("collected by a hook", Source::new(files.to_vec()).unwrap()));

    let mut cases: Vec<(&str, String)> = evidence
        .tests
        .cases
        .iter()
        .map(|case| (case.id.as_str(), format!("{:?}", case.outcome).to_lowercase()))
        .collect();
    cases.sort();
    let wanted = [
        ("tests/rows/more.json::three", "failed"),
        ("tests/rows/more.json::two", "passed"),
        ("tests/test_sums.py::test_double", "passed"),
    ];
    assert_eq!(cases, wanted.map(|(id, outcome)| (id, outcome.to_owned())));
}
