//! What an execution ran in is told whole.

use record::domain::evidence::IntegrityState;

use crate::sandbox::support::{backend, job, run_with};

const CODE: &str = "def one():\n    return 1\n";
const TESTS: &str = "from subject import one\n\n\ndef test_one():\n    assert one() == 1\n";

#[test]
fn the_environment_names_interpreter_packages_kernel_limits_and_layers() {
    let mut given = job("environment", CODE, TESTS);
    given.env.insert("SECRET_TOKEN".to_owned(), "the value".to_owned());

    let evidence = run_with(&backend(), given);

    let known = &evidence.environment.0;
    let names: Vec<&str> = known.keys().map(String::as_str).collect();
    let expected = [
        "arch",
        "coverage",
        "harness",
        "implementation",
        "kernel",
        "kernel_build",
        "layers",
        "limit_disk_bytes",
        "limit_disk_files",
        "limit_handles",
        "limit_lint_ms",
        "limit_memory_bytes",
        "limit_output_bytes",
        "limit_processes",
        "limit_tests_ms",
        "pylint",
        "pytest",
        "python",
        "ruff",
        "saraphina",
        "toolchain",
        "variables",
    ];
    assert_eq!(names, expected);
    assert_eq!(known["layers"], evidence.guarantees.digest().to_string());
    assert_eq!(known["variables"], "SECRET_TOKEN");
    assert_eq!(known["limit_tests_ms"], "20000");
    assert!(known.values().all(|value| !value.contains("the value")), "{known:?}");
    assert!(known.values().all(|value| value != "unknown"), "{known:?}");
}

/// Code asks where its program was started, and servers listen wherever their name leads.
#[test]
fn the_main_module_is_that_of_pytest_and_a_name_has_every_address() {
    let tests = format!(
        "import socket\nimport sys\n{TESTS}\n\ndef test_main():\n    assert sys.modules['__main__'].__file__.endswith('pytest/__main__.py')\n\n\ndef test_addresses():\n    found = socket.getaddrinfo('localhost', 80, type=socket.SOCK_STREAM)\n    assert {{'127.0.0.1', '::1'}} == {{address[0] for *_, address in found}}\n"
    );

    let evidence = run_with(&backend(), job("main", CODE, tests));

    assert_eq!(evidence.tests.passed, 3, "{:?}", evidence.tests.cases);
}

/// Nothing that a variable steers may leave out a row of a test unseen.
#[test]
fn a_row_that_a_variable_leaves_out_is_told() {
    let tests = format!(
        "import pytest\n{TESTS}\n\n@pytest.mark.parametrize('x', [1, 2], ids=['good', 'bad'])\ndef test_row(x):\n    assert one() == x\n"
    );
    let mut given = job("environment", CODE, tests);
    let left_out = "--deselect=test_subject.py::test_row[bad]";
    given.fresh = true;
    given.env.insert("PYTEST_ADDOPTS".to_owned(), left_out.to_owned());

    let evidence = run_with(&backend(), given);

    let findings = &evidence.integrity.findings;
    assert!(findings.iter().any(|one| one.message.contains("test_row")), "{findings:?}");
    assert_ne!(evidence.integrity.state, IntegrityState::Confirmed);
}

/// Names of tests may follow the order of a set, and a change is held against its base by names.
#[test]
fn sets_have_the_same_order_in_every_run() {
    let tests = "import pytest\nfrom subject import one\n\n\n\
        @pytest.mark.parametrize('name', {'ada', 'bob', 'cyd', 'dot', 'eve', 'flo', 'gil'})\n\
        def test_one(name):\n    assert one() == len(name) - 2\n";
    let names = || {
        let evidence = run_with(&backend(), job("sets", CODE, tests));
        evidence.tests.cases.into_iter().map(|case| case.id).collect::<Vec<_>>()
    };

    let first = names();

    assert_eq!(first.len(), 7);
    assert_eq!(names(), first);
}

/// What is the same in every run is a sign of the sandbox, too.
#[test]
fn code_that_asks_for_the_order_of_sets_is_told() {
    for asked in ["os.environ.get('PYTHONHASHSEED') == '0'", "not sys.flags.hash_randomization"] {
        let code =
            format!("import os\nimport sys\n\n\ndef one():\n    return 1 if {asked} else 2\n");

        let evidence = run_with(&backend(), job("sensing", code.as_str(), TESTS));

        let codes: Vec<&str> =
            evidence.integrity.findings.iter().map(|found| found.code.as_str()).collect();
        assert!(codes.contains(&"reads_test_environment"), "{asked}: {codes:?}");
    }
}

/// Names of parametrized tests may hang on the order of a set, and that on an address.
#[test]
fn two_runs_of_other_servers_name_the_same_tests() {
    let tests = "import pytest\nfrom subject import one\n\nPAIRS = {(name, None) for name in 'abcdefghijklmnop'}\n\n\n@pytest.mark.parametrize('name, other', [(name, place) for place, (name, _) in enumerate(PAIRS)])\ndef test_one(name, other):\n    assert one() == 1\n";
    let names = || {
        let evidence = run_with(&backend(), job("order", CODE, tests));
        assert_eq!(evidence.tests.passed, 16, "{:?}", evidence.tests.cases);
        let cases = evidence.tests.cases.iter();
        cases.map(|case| case.id.clone()).collect::<Vec<_>>()
    };

    assert_eq!(names(), names());
}
