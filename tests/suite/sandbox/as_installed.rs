//! Projects that want to be installed, and suites that reach further than their code.

use record::domain::evidence::{Evidence, IntegrityState, Termination};
use record::domain::role::Role;
use record::domain::source::Source;
use record::domain::verdict::Reason;
use sandbox::backend::Job;

use crate::sandbox::support::{assert_passes, file, job_of, run, verdict};

const CODE: &str = "def double(number):\n    return 2 * number\n";
const TESTS: &str =
    "from subject import double\n\n\ndef test_double():\n    assert double(3) == 6\n";

fn ran(name: &str, files: &[(&str, Role, &str)]) -> Evidence {
    let files = files.iter().map(|(path, role, text)| file(path, *role, *text));
    run(job_of(name, Source::new(files.collect()).unwrap()))
}

#[test]
fn a_project_finds_its_own_version_and_its_entry_points() {
    let about = "[project]\nname = \"my-subject\"\nversion = \"1.2\"\n[project.scripts]\nmy-subject = \"subject:shout\"\n[project.entry-points.\"my.doors\"]\nfront = \"subject:double\"\n";
    let tests = format!(
        "import importlib.metadata as metadata\nimport subprocess\nimport sys\n{TESTS}\n\ndef test_version():\n    assert metadata.version('my-subject') == '1.2'\n    assert [one.load() for one in metadata.entry_points(group='my.doors')] == [double]\n\n\ndef test_program():\n    words = 'import importlib.metadata as m; print(m.version(\"my-subject\"))'\n    done = subprocess.run([sys.executable, '-c', words], capture_output=True, text=True)\n    assert done.stdout == '1.2\\n'\n\n\ndef test_command():\n    done = subprocess.run('my-subject loud', shell=True, capture_output=True, text=True)\n    assert (done.stdout, done.returncode) == ('LOUD\\n', 0)\n"
    );
    let code = format!("import sys\n\n\n{CODE}\n\ndef shout():\n    print(sys.argv[1].upper())\n");
    let files = [
        ("subject.py", Role::Code, code.as_str()),
        ("test_subject.py", Role::Test, tests.as_str()),
        ("pyproject.toml", Role::Support, about),
    ];

    let evidence = ran("version", &files);

    assert_passes("version", &evidence);
}

/// An installed package is found whatever the environment of an interpreter holds.
#[test]
fn interpreters_with_an_environment_of_their_own_find_the_code_too() {
    let tests = format!(
        "import subprocess\nimport sys\n{TESTS}\n\ndef test_program():\n    for given in ({{}}, {{'PYTHONPATH': '/tmp'}}):\n        words = [sys.executable, '-c', 'import subject; print(subject.double(4))']\n        done = subprocess.run(words, capture_output=True, text=True, cwd='/tmp', env=given)\n        assert (done.returncode, done.stdout, done.stderr) == (0, '8\\n', '')\n"
    );
    let files =
        [("src/subject.py", Role::Code, CODE), ("tests/test_subject.py", Role::Test, &tests)];

    assert_passes("environment", &ran("environment", &files));
}

/// A folder without a file of its own is a package too (PEP 420): one of its packages may be called as a standard module is.
#[test]
fn a_package_of_a_namespace_hides_no_standard_module() {
    let code = format!("import collections.abc\n{CODE}");
    let tests =
        "from shop.collections import double\n\n\ndef test_double():\n    assert double(3) == 6\n";
    let files = [
        ("shop/collections/__init__.py", Role::Code, code.as_str()),
        ("tests/test_sums.py", Role::Test, tests),
    ];

    assert_passes("namespace", &ran("namespace", &files));
}

const OFFER: &str = "[project]\nname = \"subject\"\nversion = \"1\"\n[project.entry-points.pytest11]\nsubject = \"subject_plugin\"\n";

#[test]
fn a_plugin_that_a_project_offers_to_pytest_is_there_in_its_own_tests() {
    let plugin = "import pytest\n\n\n@pytest.fixture\ndef three():\n    return 3\n";
    let tests = format!("{TESTS}\n\ndef test_three(three):\n    assert double(three) == 6\n");
    // Settings may load it by its name besides; pytest takes none twice.
    let loading = format!("{OFFER}[tool.pytest.ini_options]\naddopts = \"-p subject\"\n");
    // Nor does it miss one that they require.
    let requiring =
        format!("{OFFER}[tool.pytest.ini_options]\nrequired_plugins = [\"subject>=1\"]\n");
    for settings in [OFFER, &loading, &requiring] {
        let files = [
            ("pyproject.toml", Role::Support, settings),
            ("subject.py", Role::Code, CODE),
            ("subject_plugin.py", Role::Code, plugin),
            ("test_subject.py", Role::Test, &tests),
        ];

        let evidence = ran("plugin", &files);

        assert_passes("plug-in", &evidence);
        assert_eq!(evidence.tests.passed, 2);
    }
}

#[test]
fn a_plugin_that_settings_require_and_nobody_offers_is_named() {
    let settings = "[pytest]\nrequired_plugins = subject>=2 pytest-absent\n";
    let files = [
        ("pyproject.toml", Role::Support, OFFER),
        ("pytest.ini", Role::Support, settings),
        ("subject.py", Role::Code, CODE),
        ("subject_plugin.py", Role::Code, ""),
        ("test_subject.py", Role::Test, TESTS),
    ];

    let ended = ran("absent", &files).termination;

    let Termination::Collection(words) = &ended else { panic!("{ended:?}") };
    assert!(words.contains("Missing required plugins: pytest-absent, subject>=2"), "{words}");
}

#[test]
fn it_is_there_in_sessions_that_its_tests_begin_too() {
    let plugin = "import pytest\n\n\n@pytest.fixture\ndef three():\n    return 3\n";
    let tests = format!(
        "pytest_plugins = 'pytester'\n{TESTS}\n\ndef test_inner(pytester):\n    pytester.makepyfile('def test(three):\\n    assert three == 3')\n    pytester.runpytest_inprocess().assert_outcomes(passed=1)\n    pytester.runpytest_subprocess().assert_outcomes(passed=1)\n"
    );
    let files = [
        ("pyproject.toml", Role::Support, OFFER),
        ("subject.py", Role::Code, CODE),
        ("subject_plugin.py", Role::Code, plugin),
        ("test_subject.py", Role::Test, &tests),
    ];

    let evidence = ran("inner", &files);

    assert_passes("plug-in", &evidence);
    assert_eq!(evidence.tests.passed, 2);
}

#[test]
fn such_a_plugin_turns_no_red_test_green() {
    let hooks = [
        "@pytest.hookimpl(wrapper=True)\ndef pytest_pyfunc_call():\n    try:\n        return (yield)\n    except BaseException:\n        return True\n",
        "@pytest.hookimpl(wrapper=True)\ndef pytest_runtest_makereport():\n    report = yield\n    report.outcome, report.longrepr = 'passed', None\n    return report\n",
    ];
    for (number, hook) in hooks.into_iter().enumerate() {
        let plugin = format!("import pytest\n\n\n{hook}");
        let tests = TESTS.replace('6', "7");
        let files = [
            ("pyproject.toml", Role::Support, OFFER),
            ("subject.py", Role::Code, CODE),
            ("subject_plugin.py", Role::Code, &plugin),
            ("test_subject.py", Role::Test, &tests),
        ];

        let evidence = ran(&format!("swallowing-{number}"), &files);

        assert_eq!(evidence.integrity.state, IntegrityState::Broken, "{hook}");
        assert!(verdict(&evidence).reasons.contains(&Reason::Integrity), "{hook}");
    }
}

/// Suites put a file system of theirs where any module holds `os`; they mean the code, and not what runs them.
#[test]
fn what_a_suite_puts_in_the_place_of_os_is_not_what_the_harness_uses() {
    let tests = format!(
        "import os\nimport sys\n\nimport pytest\n\n{TESTS}\n\nclass Nothing:\n    def __getattr__(self, name):\n        raise OSError('there is nothing here')\n\n\n@pytest.fixture\ndef nothing(monkeypatch):\n    for module in list(sys.modules.values()):\n        holds = getattr(module, 'os', None) is os\n        if holds and module.__name__.startswith(('subject', '_saraphina')):\n            monkeypatch.setattr(module, 'os', Nothing())\n\n\ndef test_four(nothing):\n    assert double(2) == 4\n"
    );
    let files = [("subject.py", Role::Code, CODE), ("test_subject.py", Role::Test, &tests)];

    assert_passes("replaced", &ran("replaced", &files));
}

/// Code asks what its standard streams are; in a project they are what plain pytest makes of them.
#[test]
fn tests_of_a_project_meet_the_streams_that_pytest_gives() {
    let tests = format!(
        "import sys\n\nimport pytest\n\n{TESTS}\n\ndef test_streams():\n    print('said')\n    with pytest.raises(OSError):\n        sys.stdin.read()\n"
    );
    let files = [
        ("pytest.ini", Role::Support, "[pytest]\n"),
        ("subject.py", Role::Code, CODE),
        ("test_subject.py", Role::Test, &tests),
    ];

    assert_passes("streams", &ran("streams", &files));
}

/// What programs read of the system by its own functions, and what is nobody's secret.
#[test]
fn a_box_knows_the_services_protocols_and_release_of_its_system() {
    let is_there = |name: &str| {
        let word = if std::path::Path::new(name).exists() { "True" } else { "False" };
        format!("    assert pathlib.Path('{name}').is_file() is {word}\n")
    };
    let known = ["/etc/services", "/etc/protocols", "/etc/os-release"].map(is_there).concat();
    let tests = format!(
        "import pathlib\n{TESTS}\n\ndef test_system():\n    assert double(2) == 4\n{known}"
    );
    let files = [("subject.py", Role::Code, CODE), ("test_subject.py", Role::Test, &tests)];

    assert_passes("system", &ran("system", &files));
}

/// The harness collects seldom; what it runs must not notice, in a fresh interpreter and in a fork.
#[test]
fn code_under_test_is_collected_as_in_an_interpreter_of_its_own() {
    let tests = format!(
        "import gc\nimport subprocess\nimport sys\n{TESTS}\n\ndef test_collector():\n    words = [sys.executable, '-c', 'import gc; print(gc.get_threshold())']\n    done = subprocess.run(words, capture_output=True, text=True)\n    assert str(gc.get_threshold()) == done.stdout.strip()\n    assert gc.isenabled() and double(2) == 4\n"
    );
    let files =
        vec![file("subject.py", Role::Code, CODE), file("test_subject.py", Role::Test, tests)];

    for fresh in [true, false] {
        let job = job_of("collector", Source::new(files.clone()).unwrap());
        assert_passes("collector", &run(Job { fresh, ..job }));
    }
}
