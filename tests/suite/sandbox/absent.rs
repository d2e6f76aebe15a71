//! What suites ask for and the sandbox has not: plug-ins of pytest, packages, and modules that lie elsewhere in the project.

use record::domain::evidence::{Evidence, Termination};
use record::domain::role::Role;
use record::domain::source::Source;

use crate::sandbox::support::{assert_passes, file, job_of, run};

const CODE: &str = "def double(number):\n    return 2 * number\n";
const TESTS: &str =
    "from subject import double\n\n\ndef test_double():\n    assert double(3) == 6\n";

fn ran(name: &str, files: &[(&str, Role, &str)]) -> Evidence {
    let files = files.iter().map(|(path, role, text)| file(path, *role, *text));
    run(job_of(name, Source::new(files.collect()).unwrap()))
}

/// A run of the code with these tests, and with these settings of pytest.
fn tested(name: &str, tests: &str, settings: &str) -> Evidence {
    let settings = ("pytest.ini", Role::Support, settings);
    let own = [("subject.py", Role::Code, CODE), ("test_subject.py", Role::Test, tests), settings];
    ran(name, if settings.2.is_empty() { &own[..2] } else { &own })
}

fn told(evidence: &Evidence, code: &str) -> Vec<String> {
    let findings = evidence.integrity.findings.iter().filter(|one| one.code == code);
    findings.map(|one| one.message.clone()).collect()
}

fn plug_in(name: &str) -> Vec<String> {
    vec![format!("the sandbox has no package {name}, a plug-in of pytest")]
}

#[test]
fn plug_ins_whose_fixtures_marks_and_settings_are_used_are_named() {
    let fixture =
        "from subject import double\n\n\ndef test_double(mocker):\n    assert double(3) == 6\n";
    let coroutine = "import pytest\n\nfrom subject import double\n\n\n@pytest.mark.asyncio\nasync def test_double():\n    assert double(3) == 6\n";
    let mode = "[pytest]\nasyncio_mode = auto\nfilterwarnings = error\n";
    let strict = "[pytest]\naddopts = --strict-config\nasyncio_mode = auto\n";
    let mark = TESTS.replace("def test", "@pytest.mark.django_db\ndef test");
    let mark = format!("import pytest\n\n{mark}");
    let ways = [
        ("absent-fixture", fixture, "", "pytest-mock"),
        ("absent-runner", coroutine, "", "pytest-asyncio"),
        ("absent-mode", TESTS, mode, "pytest-asyncio"),
        ("absent-strict", TESTS, strict, "pytest-asyncio"),
        ("absent-mark", mark.as_str(), "[pytest]\nfilterwarnings = error\n", "pytest-django"),
    ];

    for (name, tests, settings, wanted) in ways {
        let evidence = tested(name, tests, settings);

        assert_eq!(told(&evidence, "missing_package"), plug_in(wanted), "{name}: {evidence:?}");
    }
}

#[test]
fn a_fixture_that_may_be_the_projects_own_names_no_plug_in() {
    let tests = TESTS.replace("test_double()", "test_double(client, something)");

    let evidence = tested("own-fixture", &tests, "");

    assert_eq!(evidence.tests.errors, 1);
    assert_eq!(told(&evidence, "missing_package"), [""; 0]);
}

#[test]
fn a_package_that_filters_of_warnings_need_is_named_with_the_words_of_pytest() {
    let settings = "[pytest]\nfilterwarnings =\n    error\n    ignore::some_absent_package.Slow\n";

    let evidence = tested("filters", TESTS, settings);

    let missing = ["the sandbox has no package some_absent_package"];
    assert_eq!(told(&evidence, "missing_package"), missing, "{evidence:?}");
    let ended = format!("{:?}", evidence.termination);
    assert!(ended.contains("some_absent_package"), "{ended}");
}

#[test]
fn what_a_conftest_misses_behind_many_imports_is_named() {
    let names: Vec<String> =
        (0..12).map(|at| format!("shop/a_module_of_a_long_name_{at}.py")).collect();
    let text = |at: usize| match at {
        11 => "import some_absent_package\n".to_owned(),
        _ => format!("from shop import a_module_of_a_long_name_{} as another_long_name\n", at + 1),
    };
    let texts: Vec<String> = (0..12).map(text).collect();
    let mut files = vec![
        ("shop/__init__.py", Role::Code, ""),
        ("conftest.py", Role::Support, "import shop.a_module_of_a_long_name_0\n"),
        ("test_shop.py", Role::Test, "import shop\n\n\ndef test_shop():\n    assert shop\n"),
    ];
    files.extend(
        names.iter().zip(&texts).map(|(name, text)| (name.as_str(), Role::Code, text.as_str())),
    );

    let evidence = ran("deep-conftest", &files);

    let missing = ["the sandbox has no package some_absent_package"];
    assert_eq!(told(&evidence, "missing_package"), missing);
    let Termination::Collection(words) = &evidence.termination else {
        panic!("{:?}", evidence.termination);
    };
    assert!(words.contains("loading conftest '/box/src/conftest.py'"), "{words}");
    assert!(words.ends_with("No module named 'some_absent_package'"), "{words}");
}

#[test]
fn a_module_of_the_project_that_is_not_found_is_no_package_and_settings_lead_to_it() {
    let files = [
        ("shop/__init__.py", Role::Code, ""),
        ("shop/sums.py", Role::Code, "def total(*numbers):\n    return sum(numbers)\n"),
        ("shop/tests/__init__.py", Role::Support, ""),
        ("shop/tests/test_helpers.py", Role::Test, "CASES = [(1, 2)]\n"),
        (
            "shop/tests/test_sums.py",
            Role::Test,
            "from test_helpers import CASES\n\nfrom shop.sums import total\n\n\ndef test_total():\n    assert total(*CASES[0]) == 3\n",
        ),
    ];
    let settings = ("pytest.ini", Role::Support, "[pytest]\npythonpath = shop/tests\n");
    let with_settings: Vec<_> = files.into_iter().chain([settings]).collect();

    let evidence = ran("sibling", &files);
    let found = ran("sibling-found", &with_settings);

    let elsewhere = "no module test_helpers is found where it is imported; the project has shop/tests/test_helpers.py";
    assert_eq!(told(&evidence, "module_elsewhere"), [elsewhere]);
    assert_eq!(told(&evidence, "missing_package"), [""; 0]);
    assert_passes("sibling-found", &found);
}

#[test]
fn tracebacks_hold_no_lines_of_the_harness() {
    let files = [
        ("calc.py", Role::Code, "from types import Nothing\n"),
        ("types/types_calc.py", Role::Code, "from calc import Nothing\n"),
        ("test_calc.py", Role::Test, "import calc\n\n\ndef test_calc():\n    assert calc\n"),
    ];

    let evidence = ran("frames", &files);

    let Termination::Collection(words) = &evidence.termination else {
        panic!("{:?}", evidence.termination);
    };
    assert!(words.contains("calc.py:1: in <module>"), "{words}");
    assert!(words.contains("test_calc.py:1: in <module>"), "{words}");
    assert!(!words.contains("_saraphina_"), "{words}");
}
