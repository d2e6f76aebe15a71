//! Plug-ins of pytest that a suite asks for and the sandbox has not.
//!
//! pytest says that it does not know an option, a setting, a mark or a fixture, and never whose it is. Names that one plug-in
//! alone is known for tell it; of the others, and of tests that are coroutines, only what the project itself names is told.

use std::collections::BTreeSet;

use record::domain::requirement::{is_list, normal};
use record::domain::source::{Source, SourceFile};

/// How pytest says that it does not know an option, and the plug-ins that bring the usual ones, by how these begin.
const UNKNOWN_OPTIONS: &str = "unrecognized arguments: ";
const OPTIONS: [(&str, &str); 16] = [
    ("--asyncio-mode", "pytest-asyncio"),
    ("--anyio-mode", "anyio"),
    ("--benchmark", "pytest-benchmark"),
    ("--black", "pytest-black"),
    ("--count", "pytest-repeat"),
    ("--ds", "pytest-django"),
    ("--flake8", "pytest-flake8"),
    ("--html", "pytest-html"),
    ("--isort", "pytest-isort"),
    ("--mypy", "pytest-mypy"),
    ("--numprocesses", "pytest-xdist"),
    ("-n", "pytest-xdist"),
    ("--random-order", "pytest-random-order"),
    ("--reruns", "pytest-rerunfailures"),
    ("--snapshot", "syrupy"),
    ("--timeout", "pytest-timeout"),
];
/// How pytest says that it does not know a setting, and whose the usual ones are.
const UNKNOWN_SETTING: &str = "Unknown config option: ";
const SETTINGS: [(&str, &str); 9] = [
    ("pytest-asyncio", "asyncio_mode asyncio_debug asyncio_default_fixture_loop_scope"),
    ("pytest-asyncio", "asyncio_default_test_loop_scope"),
    ("anyio", "anyio_mode"),
    ("pytest-trio", "trio_mode trio_run"),
    ("pytest-django", "DJANGO_SETTINGS_MODULE DJANGO_CONFIGURATION django_find_project"),
    ("pytest-env", "env"),
    ("pytest-mock", "mock_traceback_monkeypatch mock_use_standalone_module"),
    ("pytest-qt", "qt_api qt_log_level_fail qt_default_raising"),
    ("pytest-randomly", "randomly_seed"),
];
/// How pytest says that it does not know a mark, as a warning and where marks are strict, and whose the usual ones are.
const UNKNOWN_MARK: &str = "Unknown pytest.mark.";
const STRICT_MARK: &str = "' not found in `markers` configuration option";
const MARKS: [(&str, &str); 13] = [
    ("pytest-asyncio", "asyncio"),
    ("anyio", "anyio"),
    ("pytest-trio", "trio"),
    ("pytest-benchmark", "benchmark"),
    ("pytest-django", "django_db"),
    ("pytest-freezer", "freeze_time"),
    ("pytest-httpx", "httpx_mock"),
    ("pytest-mpl", "mpl_image_compare"),
    ("pytest-order", "order"),
    ("pytest-dependency", "dependency"),
    ("pytest-repeat", "repeat"),
    ("respx", "respx"),
    ("pytest-socket", "enable_socket disable_socket allow_hosts"),
];
/// How pytest says that there is no such fixture: between these words.
const UNKNOWN_FIXTURE: [&str; 2] = ["fixture '", "' not found"];
/// Fixtures that nobody is likely to call so but these plug-ins; of several, the first is the most usual.
const FIXTURES: [(&str, &str); 27] = [
    ("pytest-mock", "mocker class_mocker module_mocker package_mocker session_mocker"),
    ("pytest-benchmark", "benchmark benchmark_weave"),
    ("pytest-codspeed", "benchmark"),
    ("pytest-httpx", "httpx_mock"),
    ("requests-mock", "requests_mock"),
    ("respx", "respx_mock"),
    ("pytest-freezer", "freezer"),
    ("pytest-freezegun", "freezer"),
    ("time-machine", "time_machine"),
    ("pytest-regressions", "data_regression file_regression num_regression image_regression"),
    ("pytest-regressions", "dataframe_regression ndarrays_regression"),
    ("pytest-datadir", "shared_datadir original_datadir lazy_datadir lazy_shared_datadir"),
    ("faker", "faker"),
    ("pytest-aiohttp", "aiohttp_client aiohttp_server aiohttp_raw_server aiohttp_client_cls"),
    ("pytest-asyncio", "event_loop event_loop_policy unused_tcp_port unused_tcp_port_factory"),
    ("pytest-asyncio", "unused_udp_port unused_udp_port_factory"),
    ("anyio", "anyio_backend anyio_backend_name anyio_backend_options free_tcp_port"),
    ("pytest-trio", "autojump_clock mock_clock nursery"),
    ("pytest-qt", "qtbot qapp qtlog qtmodeltester"),
    ("pytest-httpserver", "httpserver make_httpserver httpserver_listen_address"),
    ("pytest-localserver", "httpserver httpsserver smtpserver"),
    ("pytest-django", "transactional_db django_user_model django_assert_num_queries admin_client"),
    ("pytest-django", "django_db_setup django_db_blocker django_capture_on_commit_callbacks"),
    ("pytest-console-scripts", "script_runner"),
    ("pytest-docker", "docker_services docker_ip docker_compose_file"),
    ("pytest-socket", "socket_disabled socket_enabled"),
    ("pytest-subtests", "subtests"),
];
/// Fixtures that projects have of their own too: they are a plug-in's where the project names it.
const ALSO_OWN: [(&str, &str); 19] = [
    ("pytest-django", "db client rf settings live_server mailoutbox admin_user async_client"),
    ("pytest-flask", "client client_class config live_server accept_json"),
    ("pytest-aiohttp", "loop test_client test_server unused_port"),
    ("pytest-asyncio", "loop"),
    ("syrupy", "snapshot snapshot_json"),
    ("pytest-snapshot", "snapshot"),
    ("snapshottest", "snapshot"),
    ("pytest-datadir", "datadir"),
    ("pytest-regressions", "datadir"),
    ("pyfakefs", "fs fs_class fs_module fs_session"),
    ("pytest-vcr", "vcr vcr_cassette vcr_config"),
    ("pytest-recording", "vcr vcr_cassette block_network"),
    ("pytest-playwright", "page browser context playwright"),
    ("pytest-selenium", "selenium driver"),
    ("pytest-check", "check"),
    ("pytest-postgresql", "postgresql postgresql_proc"),
    ("pytest-redis", "redisdb redis_proc"),
    ("pytest-celery", "celery_app celery_worker celery_session_app"),
    ("pytest-responses", "responses"),
];
/// How pytest says that nothing runs a test, or a fixture, that is a coroutine.
const COROUTINES: [&str; 2] =
    ["async def functions are not natively supported", " requested an async fixture '"];
/// The plug-ins that do, and the marks by which a file names them.
const RUNNERS: [(&str, &str); 7] = [
    ("pytest-asyncio", "mark.asyncio"),
    ("anyio", "mark.anyio"),
    ("pytest-trio", "mark.trio"),
    ("pytest-aiohttp", ""),
    ("pytest-tornasync", ""),
    ("pytest-twisted", ""),
    ("alt-pytest-asyncio", ""),
];
/// A setting that names the first of them.
const OF_FIRST: &str = "asyncio-mode";
/// Files beside lists in which a project says what it needs.
const DESCRIPTIONS: [&str; 7] = [
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "tox.ini",
    "noxfile.py",
    "Pipfile",
    "environment.yml",
];

/// The words of the files in which a project says what it needs, each as names of packages are compared.
pub(crate) struct Words(BTreeSet<String>);

impl Words {
    pub(crate) fn of(source: &Source) -> Self {
        let files = source.files().iter().filter(|file| describes(file));
        let is_part =
            |symbol: char| symbol.is_ascii_alphanumeric() || matches!(symbol, '-' | '_' | '.');
        let words = |file: &SourceFile| -> Vec<String> {
            file.text().split(|symbol| !is_part(symbol)).map(normal).collect()
        };
        Self(files.flat_map(words).collect())
    }

    fn name(&self, package: &str) -> bool {
        self.0.contains(package)
    }
}

fn describes(file: &SourceFile) -> bool {
    let name = file.path.as_str().rsplit('/').next().unwrap_or_default();
    let is_text = name.rsplit_once('.').is_some_and(|(_, ending)| matches!(ending, "txt" | "in"));
    is_list(&file.path)
        || DESCRIPTIONS.contains(&name)
        || (is_text && file.path.as_str().contains("requirements"))
}

/// The plug-ins of which a text of pytest says that something of them is not known.
pub(crate) fn wanted(text: &str, words: &Words) -> BTreeSet<&'static str> {
    let settings = behind(text, UNKNOWN_SETTING).filter_map(|name| first(&SETTINGS, name));
    let strict = text.lines().filter_map(strict_mark);
    let marks = behind(text, UNKNOWN_MARK).chain(strict).filter_map(|name| first(&MARKS, name));
    let fixtures = text.lines().filter_map(fixture).filter_map(|name| giver(name, words));
    options(text).chain(settings).chain(marks).chain(fixtures).collect()
}

/// The plug-in that runs a coroutine of a file of tests, where a text says that nothing does.
pub(crate) fn runner(text: &str, file: &str, words: &Words) -> Option<&'static str> {
    if !COROUTINES.iter().any(|told| text.contains(told)) {
        return None;
    }
    let is_marked = |(_, mark): &&(&str, &str)| !mark.is_empty() && file.contains(mark);
    let (usual, _) = *RUNNERS.first()?;
    let marked = RUNNERS.iter().find(is_marked).map(|(package, _)| *package);
    let set = Some(usual).filter(|_| words.name(OF_FIRST));
    let named = || RUNNERS.iter().map(|(package, _)| *package).find(|one| words.name(one));
    marked.or(set).or_else(named)
}

/// The words, of letters, digits and underscores, that come behind a text.
fn behind<'a>(text: &'a str, begin: &'a str) -> impl Iterator<Item = &'a str> {
    let ends = |symbol: char| symbol != '_' && !symbol.is_alphanumeric();
    text.split(begin).skip(1).filter_map(move |rest| rest.split(ends).next())
}

fn first(table: &[(&'static str, &str)], name: &str) -> Option<&'static str> {
    all(table, name).next()
}

fn all<'a>(
    table: &'a [(&'static str, &str)],
    name: &'a str,
) -> impl Iterator<Item = &'static str> + 'a {
    let has = move |names: &str| names.split(' ').any(|one| one == name);
    table.iter().filter(move |(_, names)| has(names)).map(|(package, _)| *package)
}

/// The mark that a line says is none, where all must be declared.
fn strict_mark(line: &str) -> Option<&str> {
    line.split_once(STRICT_MARK)?.0.rsplit('\'').next()
}

/// The fixture that a line says is not there.
fn fixture(line: &str) -> Option<&str> {
    let [begin, end] = UNKNOWN_FIXTURE;
    line.strip_prefix('E')?.trim_start().strip_prefix(begin)?.strip_suffix(end)
}

/// The plug-in that gives a fixture: one that the project names, else the usual one where the name is no other's.
fn giver(name: &str, words: &Words) -> Option<&'static str> {
    let mut known = all(&FIXTURES, name).chain(all(&ALSO_OWN, name));
    known.find(|package| words.name(package)).or_else(|| first(&FIXTURES, name))
}

/// The plug-ins whose options a text says are not known.
fn options(text: &str) -> impl Iterator<Item = &'static str> {
    let rest = text.split(UNKNOWN_OPTIONS).nth(1).unwrap_or_default();
    let options = rest.split(['\n', ';']).next().unwrap_or_default().split_whitespace();
    let of = |option: &str| {
        let is_of = |(begin, _): &&(&str, &'static str)| {
            option.strip_prefix(begin).is_some_and(|tail| {
                tail.is_empty() || tail.starts_with(['=', '-']) || tail.parse::<u16>().is_ok()
            })
        };
        OPTIONS.iter().find(is_of).map(|(_, name)| *name)
    };
    options.filter_map(of)
}

#[cfg(test)]
mod tests {
    use super::{Words, runner, wanted};
    use record::domain::role::Role;
    use record::domain::source::{Source, SourceFile};

    fn words(list: &str) -> Words {
        let file = |path: &str, role, text: &str| SourceFile {
            path: path.parse().unwrap(),
            role,
            content: text.as_bytes().to_vec(),
        };
        let files = vec![
            file("a.py", Role::Code, "# pytest-trio\n"),
            file("test_a.py", Role::Test, ""),
            file("requirements/test.txt", Role::Support, list),
        ];
        Words::of(&Source::new(files).unwrap())
    }

    fn found(text: &str, list: &str) -> Vec<&'static str> {
        wanted(text, &words(list)).into_iter().collect()
    }

    #[test]
    fn options_that_pytest_does_not_know_name_their_plug_ins() {
        let text = "ERROR: usage: pytest.main() [options]\npytest.main(): error: unrecognized arguments: --asyncio-mode=strict -n4 --random-order-seed=1 --htmlx --cov\n  inifile: /box/src/pyproject.toml";

        assert_eq!(found(text, ""), ["pytest-asyncio", "pytest-random-order", "pytest-xdist"]);
        assert_eq!(found("no such thing -n", ""), [""; 0]);
    }

    #[test]
    fn fixtures_that_are_not_there_name_their_plug_ins() {
        let text = |name: &str| format!("def test(x):\nE       fixture '{name}' not found\n> help");

        assert_eq!(found(&text("mocker"), ""), ["pytest-mock"]);
        assert_eq!(found(&text("benchmark"), ""), ["pytest-benchmark"]);
        assert_eq!(found(&text("benchmark"), "pytest_codspeed>=3\n"), ["pytest-codspeed"]);
        assert_eq!(found(&text("freezer"), "x\nPytest-Freezegun"), ["pytest-freezegun"]);
        for own in ["client", "snapshot", "testdir", "anything"] {
            assert_eq!(found(&text(own), ""), [""; 0], "{own}");
        }
        assert_eq!(found(&text("client"), "pytest-flask"), ["pytest-flask"]);
        assert_eq!(found("E  AssertionError: fixture 'mocker' not found here", ""), [""; 0]);
    }

    #[test]
    fn settings_and_marks_that_are_not_known_name_their_plug_ins() {
        let setting =
            "INTERNALERROR> pytest.PytestConfigWarning: Unknown config option: asyncio_mode";
        let warned =
            "E   pytest.PytestUnknownMarkWarning: Unknown pytest.mark.django_db - is this a typo?";
        let strict = "x\n'anyio' not found in `markers` configuration option\ny 'trio' z";

        assert_eq!(found(setting, ""), ["pytest-asyncio"]);
        assert_eq!(found(warned, ""), ["pytest-django"]);
        assert_eq!(found(strict, ""), ["anyio"]);
        assert_eq!(found("Unknown config option: my_own", ""), [""; 0]);
    }

    #[test]
    fn coroutines_are_run_by_what_marks_settings_or_the_project_name() {
        let text = "async def functions are not natively supported.\nYou need";
        let of = |file: &str, list: &str| runner(text, file, &words(list));

        assert_eq!(of("@pytest.mark.trio\n", "pytest-asyncio"), Some("pytest-trio"));
        assert_eq!(of("pytestmark = pytest.mark.anyio", ""), Some("anyio"));
        assert_eq!(of("", "anyio\nasyncio_mode = auto"), Some("pytest-asyncio"));
        assert_eq!(of("", "pytest-twisted"), Some("pytest-twisted"));
        assert_eq!(of("", ""), None);
        assert_eq!(runner("other", "@pytest.mark.trio", &words("")), None);
    }
}
