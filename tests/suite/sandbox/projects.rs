//! Projects as people have them: their own settings, doctests, interpreters that tests start, tests that never end.

use record::domain::evidence::{Evidence, Finding, IntegrityState, Termination, TestOutcome};
use record::domain::role::Role;
use record::domain::source::{Source, SourceFile};
use record::domain::verdict::{Reason, VerdictWord};

use crate::sandbox::support::{assert_passes, file, job_of, run, verdict};

const CODE: &str = "def double(number):\n    \"\"\"Doubles.\n\n    >>> double(2)\n    4\n    \"\"\"\n    return 2 * number\n";
const TESTS: &str =
    "from subject import double\n\n\ndef test_double():\n    assert double(3) == 6\n";

fn ran(name: &str, beside: &[(&str, &str)], tests: &str) -> Evidence {
    let beside = beside.iter().map(|(path, text)| file(path, Role::Support, *text));
    let own = [file("subject.py", Role::Code, CODE), file("test_subject.py", Role::Test, tests)];
    let files: Vec<SourceFile> = own.into_iter().chain(beside).collect();
    run(job_of(name, Source::new(files).unwrap()))
}

#[test]
fn settings_that_plain_pytest_takes_are_taken() {
    let settings = [
        ("doctests", "pytest.ini", "[pytest]\naddopts = --doctest-modules\n"),
        ("strict", "pytest.ini", "[pytest]\njunit_family = xunit2\nfilterwarnings = error\n"),
        (
            "cache",
            "tox.ini",
            "[pytest]\ncache_dir = .kept\nfaulthandler_timeout = 20\nfilterwarnings = error\n",
        ),
        (
            "absent",
            "setup.cfg",
            "[tool:pytest]\naddopts = -p pytest_cov -pxdist.plugin --cov=subject --cov-report=term-missing --cov-report xml -n auto --dist=loadfile --timeout 60 --flake8 --mypy --forked\ntimeout = 60\n",
        ),
        (
            "paths",
            "pytest.ini",
            "[pytest]\naddopts = --doctest-modules subject.py test_subject.py\n",
        ),
        ("table", ".pytest.toml", "[pytest]\naddopts = [\"--cov\", \"--no-cov-on-fail\"]\n"),
    ];

    for (name, path, text) in settings {
        let evidence = ran(name, &[(path, text)], TESTS);

        assert_passes(name, &evidence);
        assert_eq!(
            evidence.tests.passed,
            if name == "doctests" || name == "paths" { 2 } else { 1 },
            "{name}"
        );
    }
}

#[test]
fn the_file_that_speaks_to_pytest_is_obeyed_among_others() {
    let beside = [
        ("pyproject.toml", "[project]\nname = \"subject\"\n"),
        ("setup.cfg", "[metadata]\nname = subject\n"),
        ("tox.ini", "[tox]\nenvlist = py\n\n[pytest]\naddopts = --doctest-modules\n"),
    ];

    let evidence = ran("among others", &beside, TESTS);

    assert_passes("among others", &evidence);
    assert_eq!(evidence.tests.passed, 2);
}

#[test]
fn tests_without_settings_have_the_fixtures_of_pytest() {
    let tests = format!(
        "{TESTS}\n\ndef test_fixtures(cache, record_property):\n    record_property('double', 6)\n    cache.set('double/three', double(3))\n    assert cache.get('double/three', None) == 6\n"
    );

    let evidence = ran("fixtures", &[], &tests);

    assert_passes("fixtures", &evidence);
}

#[test]
fn what_pytest_refuses_is_told_in_its_own_words() {
    let settings = [("pytest.ini", "[pytest]\naddopts = --no-such-option\n")];

    let evidence = ran("refused", &settings, TESTS);

    let Termination::Collection(told) = &evidence.termination else {
        panic!("{:?}", evidence.termination);
    };
    assert!(told.contains("unrecognized arguments: --no-such-option"), "{told}");
    assert!(told.contains("pytest.ini"), "{told}");
}

#[test]
fn interpreters_that_tests_start_find_the_code() {
    let tests = "import subprocess\nimport sys\n\nfrom subject import double\n\n\ndef test_program():\n    words = [sys.executable, '-c', 'import subject; print(subject.double(4))']\n    done = subprocess.run(words, capture_output=True, text=True, cwd='/tmp')\n    assert (done.returncode, done.stdout, done.stderr) == (0, '8\\n', '')\n    assert double(4) == 8\n";
    let files = vec![
        file("src/subject.py", Role::Code, CODE),
        file("tests/test_subject.py", Role::Test, tests),
    ];

    let evidence = run(job_of("starts", Source::new(files).unwrap()));

    assert_passes("starts", &evidence);
}

#[test]
fn a_test_that_never_ends_is_named_with_the_place_where_it_is() {
    let code = "import time\n\n\ndef wait():\n    while True:\n        time.sleep(0.1)\n";
    let tests = "from subject import wait\n\n\ndef test_first():\n    assert wait\n\n\ndef test_hangs():\n    wait()\n";
    let files =
        vec![file("subject.py", Role::Code, code), file("test_subject.py", Role::Test, tests)];
    let mut job = job_of("hangs", Source::new(files).unwrap());
    job.limits.tests_ms = 3_000;

    let evidence = run(job);

    assert_eq!(evidence.termination, Termination::Timeout);
    assert!(verdict(&evidence).reasons.contains(&Reason::Timeout));
    let hung: Vec<_> =
        evidence.tests.cases.iter().filter(|case| case.outcome == TestOutcome::Error).collect();
    let [hung] = hung.as_slice() else { panic!("{:?}", evidence.tests) };
    assert_eq!(hung.id, "test_subject.py::test_hangs");
    let places = ["subject.py:6 in wait", "test_subject.py:9 in test_hangs"];
    assert!(places.iter().all(|place| hung.message.contains(place)), "{}", hung.message);
    assert_eq!((evidence.tests.passed, evidence.tests.errors), (1, 1));
}

#[test]
fn a_test_that_passes_against_its_word_is_counted() {
    let tests = format!(
        "import pytest\n\n{TESTS}\n\n@pytest.mark.xfail\ndef test_unexpected():\n    assert double(1) == 2\n"
    );

    let evidence = ran("unexpected", &[], &tests);

    assert_eq!((evidence.tests.passed, evidence.tests.xpassed), (1, 1));
    assert_eq!(verdict(&evidence).word, VerdictWord::Passed);
    assert_eq!(work::diagnosis::shown::Shown::of(&evidence).failures, Vec::<String>::new());
}

#[test]
fn many_files_fit_into_a_box() {
    let many = (0..1_500).map(|at| file(&format!("data/{at}.txt"), Role::Support, at.to_string()));
    let own = [
        file("subject.py", Role::Code, CODE),
        file(
            "test_subject.py",
            Role::Test,
            "import os\n\nfrom subject import double\n\n\ndef test_all():\n    assert len(os.listdir('data')) == double(750)\n",
        ),
    ];

    let evidence =
        run(job_of("many files", Source::new(own.into_iter().chain(many).collect()).unwrap()));

    assert_passes("many files", &evidence);
}

#[test]
fn a_package_that_the_sandbox_lacks_is_named() {
    let tests = format!("import some_absent_package\n\n{TESTS}");

    let evidence = ran("lacks", &[], &tests);

    let found: Vec<&str> = evidence
        .integrity
        .findings
        .iter()
        .filter(|finding| finding.code == "missing_package")
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(found, ["the sandbox has no package some_absent_package"]);
}

#[test]
fn a_package_that_a_conftest_lacks_is_named_with_where_it_was_asked_for() {
    let evidence = ran("conftest", &[("conftest.py", "import some_absent_package\n")], TESTS);

    let findings = &evidence.integrity.findings;
    let lacks = findings.iter().find(|one| one.code == "missing_package");
    let ended = format!("{:?}", evidence.termination);
    assert!(lacks.is_some_and(|one| one.message.ends_with("some_absent_package")), "{findings:?}");
    assert!(ended.contains("loading conftest '/box/src/conftest.py'"), "{ended}");
}

#[test]
fn a_file_that_nobody_imports_is_named() {
    let files = vec![
        file("subject.py", Role::Code, CODE),
        file("forgotten.py", Role::Code, "def three():\n    return 3\n"),
        file("test_subject.py", Role::Test, TESTS),
    ];

    let evidence = run(job_of("forgotten", Source::new(files).unwrap()));

    let named = evidence.integrity.findings.iter().find(|one| one.code == "never_imported");
    assert!(named.is_some_and(|one| one.message.ends_with(": forgotten.py")), "{named:?}");
    assert_passes("forgotten", &evidence);
}

#[test]
fn assertions_behind_what_may_be_missing_raise_no_alarm() {
    let tests = format!(
        "{TESTS}\n\ndef test_other():\n    try:\n        import some_absent_package\n        assert some_absent_package.__name__ == 'other'\n    except ImportError:\n        pass\n    assert double(1) == 2\n"
    );

    let evidence = ran("behind", &[], &tests);

    assert_passes("behind", &evidence);
}

#[test]
fn tests_that_their_own_file_deletes_where_a_package_is_missing_are_not_missed() {
    let tests = format!(
        "{TESTS}\n\nclass TestOther:\n    def test_other(self):\n        assert double(1) == 3\n\n\ntry:\n    import some_absent_package\nexcept ImportError:\n    del TestOther\n"
    );

    let evidence = ran("deleted", &[], &tests);

    let told = evidence.integrity.findings.iter().find(|one| one.code == "tests_deleted");
    assert!(told.is_some_and(|one| one.message.starts_with("1 test is deleted")), "{told:?}");
    assert_passes("deleted", &evidence);
}

#[test]
fn a_suite_that_expects_an_interrupt_passes_with_every_seed_of_its_controls() {
    let code = format!("{CODE}\n\ndef stop():\n    raise KeyboardInterrupt\n");
    let tests = format!(
        "import pytest\n\nfrom subject import stop\n{TESTS}\n\ndef test_stop():\n    with pytest.raises(KeyboardInterrupt):\n        stop()\n\n\ndef test_last():\n    assert double(4) == 8\n"
    );

    for name in ["stops", "stops-again", "stops-once-more"] {
        let own = [("subject.py", Role::Code, &code), ("test_subject.py", Role::Test, &tests)];
        let files = own.map(|(path, role, text)| file(path, role, text.as_str()));
        let evidence = run(job_of(name, Source::new(files.to_vec()).unwrap()));

        let codes = |one: &Finding| one.code.clone();
        let found: Vec<String> = evidence.integrity.findings.iter().map(codes).collect();
        assert!(found.is_empty(), "{found:?}");
        assert_passes(name, &evidence);
    }
}

/// What ends no program need be no `Exception`.
#[test]
fn a_class_of_the_code_that_is_no_exception_is_expected_like_any_other() {
    let code = format!(
        "{CODE}\n\nclass Drop(BaseException):\n    pass\n\n\ndef drop():\n    raise Drop\n"
    );
    let tests = format!(
        "import pytest\n\nfrom subject import Drop, drop\n{TESTS}\n\ndef test_drop():\n    with pytest.raises(Drop):\n        drop()\n"
    );
    let own = [("subject.py", Role::Code, &code), ("test_subject.py", Role::Test, &tests)];
    let files = own.map(|(path, role, text)| file(path, role, text.as_str()));

    let evidence = run(job_of("drops", Source::new(files.to_vec()).unwrap()));

    assert!(evidence.integrity.findings.is_empty(), "{:?}", evidence.integrity.findings);
    assert_passes("drops", &evidence);
}

/// Plain pytest does not look into such files either; whoever decides sees that they were given.
#[test]
fn files_that_are_left_out_as_a_whole_are_named_and_not_missed() {
    let other = "def test_other():\n    assert False\n";
    let skipping =
        format!("import pytest\n\npytest.importorskip('some_absent_package')\n\n{other}");
    let ignored = Some(("conftest.py", "collect_ignore = ['test_other.py']\n"));
    let ways = [
        ("importorskip", None, skipping.as_str()),
        ("ignored", ignored, other),
        ("of another Python", ignored, "type Other = =\n"),
        ("pattern", Some(("conftest.py", "collect_ignore_glob = ['*_oth*']\n")), other),
        ("elsewhere", Some(("pytest.ini", "[pytest]\ntestpaths = test_subject.py\n")), other),
        (
            "option",
            Some((
                "pytest.ini",
                "[pytest]\naddopts = --ignore=test_other.py --doctest-modules subject.py\n",
            )),
            other,
        ),
    ];

    for (name, setting, text) in ways {
        let own = [
            file("subject.py", Role::Code, CODE),
            file("test_subject.py", Role::Test, TESTS),
            file("test_other.py", Role::Test, text),
        ];
        let setting = setting.map(|(path, text)| file(path, Role::Support, text));
        let files: Vec<SourceFile> = own.into_iter().chain(setting).collect();

        let evidence = run(job_of(name, Source::new(files).unwrap()));

        assert_passes(name, &evidence);
        assert_eq!(evidence.tests.missing, [""; 0], "{name}");
        let findings = &evidence.integrity.findings;
        let told = findings.iter().find(|one| one.code == "skipped_files");
        let starts = |one: &Finding| one.message.starts_with("left out: test_other.py (");
        assert!(told.is_some_and(starts), "{name}: {findings:?}");
    }
}

/// Such tests are named, and keep the evidence from the best grade; code that does it where no setting says so is another matter.
#[test]
fn single_tests_that_the_settings_leave_out_are_named_and_not_missed() {
    let tests = format!(
        "import pytest\n{TESTS}\n\n@pytest.mark.slow\ndef test_slow():\n    assert double(1) == 3\n"
    );
    let settings =
        "[pytest]\naddopts = -m \"not slow\" --strict-markers\nmarkers =\n    slow: takes long\n";

    let evidence = ran("deselected", &[("pytest.ini", settings)], &tests);

    assert_passes("deselected", &evidence);
    assert_eq!(evidence.tests.missing, [""; 0]);
    let findings = &evidence.integrity.findings;
    let told = findings.iter().find(|one| one.code == "skipped_files");
    let words = "left out: test_subject.py::test_slow (deselected)";
    assert!(told.is_some_and(|one| one.message == words), "{findings:?}");
    assert_ne!(evidence.integrity.state, IntegrityState::Confirmed);
}

#[test]
fn tests_that_write_beside_the_sources_are_told_that_nothing_may_change_there() {
    let tests = format!(
        "import pathlib\n{TESTS}\n\ndef test_written():\n    pathlib.Path(__file__).with_name('out.txt').write_text('x')\n"
    );

    let evidence = ran("written", &[], &tests);

    let findings = &evidence.integrity.findings;
    let told = findings.iter().find(|one| one.code == "read_only_sources");
    let ends = |one: &Finding| one.message.ends_with(": test_subject.py::test_written");
    assert!(told.is_some_and(ends), "{findings:?}");
}

/// pytest-cov, pytest-xdist and pytest-timeout have no work here, and their words are words all the same.
#[test]
fn marks_and_fixtures_of_plugins_that_are_stood_in_for_are_known() {
    let settings = "[pytest]\naddopts = --strict-markers\nfilterwarnings = error\n";
    let tests = format!(
        "import pytest\n{TESTS}\n\n@pytest.mark.no_cover\n@pytest.mark.timeout(5)\n@pytest.mark.flaky(reruns=2)\ndef test_marked(worker_id, no_cover):\n    assert (worker_id, double(1)) == ('master', 2)\n"
    );

    let evidence = ran("marks", &[("pytest.ini", settings)], &tests);

    assert_passes("marks", &evidence);
}

/// Names that a test file seems to lack are looked for in the code; that must not bring in what the tests never asked for.
#[test]
fn code_that_cannot_be_imported_here_is_no_matter_of_tests_that_do_not_import_it() {
    let files = [
        ("subject/__init__.py", Role::Code, "def double(number):\n    return number * 2\n"),
        ("subject/windows.py", Role::Code, "import some_absent_package\nfrom ctypes import *\n"),
        (
            "test_subject.py",
            Role::Test,
            "from subject import double\n\n\ndef test_double():\n    assert double(2) == 4\n\n\ndef test_elsewhere():\n    if double(1) == 3:\n        assert WindowsThing\n    assert double(3) == 6\n",
        ),
    ];
    let files = files.map(|(path, role, text)| file(path, role, text));

    let evidence = run(job_of("windows", Source::new(files.to_vec()).unwrap()));

    assert_passes("windows", &evidence);
}

/// A test that a merge has doubled is run once; what the second asks beside is no loss.
#[test]
fn a_test_that_stands_twice_word_for_word_is_missed_by_nobody() {
    let longer = "\n\ndef test_double():\n    assert double(2) == 4\n    assert double(3) == 6\n    double(4)\n";
    let shadowed =
        "\n\ndef test_double():\n    double = lambda number: 6\n    assert double(3) == 6\n";

    let evidence = ran("twice", &[], &format!("{TESTS}{longer}"));
    let other = ran("other", &[], &format!("{TESTS}{shadowed}"));

    assert_passes("twice", &evidence);
    let Evidence { tests, integrity, .. } = &other;
    assert_eq!((tests.passed, tests.missing.len()), (1, 0), "{tests:?}");
    assert!(integrity.findings.iter().any(|found| found.code == "shadowed_tests"), "{integrity:?}");
}

/// A package without a file of its own (PEP 420) in the folder that sources conventionally lie in.
#[test]
fn code_of_a_namespace_is_imported_by_its_whole_name() {
    let tests = "from shop.sums import double\n\n\ndef test_double():\n    assert double(3) == 6\n";
    let files = [
        ("src/shop/sums/__init__.py", Role::Code, CODE),
        ("tests/test_sums.py", Role::Test, tests),
    ];
    let files = files.map(|(path, role, text)| file(path, role, text));

    assert_passes("namespace", &run(job_of("namespace", Source::new(files.to_vec()).unwrap())));
}
