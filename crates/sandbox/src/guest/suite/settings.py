"""Decides how pytest is configured for a suite: by the project's own settings where it has some.

A suite of files without settings or hooks runs in a pytest that was configured before there was a job. A project's
settings may name any plug-in of pytest's own, so these are all there then, but for two that send or keep results.
Options of plug-ins whose work is done here in other ways are taken and change nothing.
"""

from __future__ import annotations

import os
import pathlib
import re
import shlex
import types

from _saraphina_suite_beside import SOURCES, Beside, is_below, text
from _saraphina_suite_declared import missing_plugins, words

TYPE_CHECKING = False
if TYPE_CHECKING:
    import importlib.metadata
    from collections.abc import Iterator
    from typing import Any

    import pytest
    from _saraphina_types import Job

GUEST = os.path.dirname(os.path.abspath(__file__))
EMPTY = os.path.join(GUEST, "empty.ini")
CACHE = "/tmp/.pytest_cache"
REPORT = "/tmp/.pytest_report.xml"
# Each file that pytest may obey, in the order of pytest, and what in it speaks to pytest; empty where the name does.
FILES = {
    "pytest.toml": "",
    ".pytest.toml": "",
    "pytest.ini": "",
    ".pytest.ini": "",
    "pyproject.toml": r"(?m)^\s*\[\s*tool\s*\.\s*pytest\b",
    "tox.ini": r"(?m)^\[pytest\]",
    "setup.cfg": r"(?m)^\[tool:pytest\]",
}
# Packages whose plug-ins do what is done here in other ways (linters among them), or nothing but show it. Tests that
# pytest_forked would give a process of their own run in that of the suite, where they are watched.
STOOD_IN = {
    "pytest_black",
    "pytest_flake8",
    "pytest_flakes",
    "pytest_forked",
    "pytest_isort",
    "pytest_mypy",
    "pytest_pep8",
    "pytest_pycodestyle",
    "pytest_pydocstyle",
    "pytest_pylint",
    "pytest_ruff",
    "pytest_cov",
    "xdist",
    "pytest_timeout",
    "pytest_randomly",
    "random_order",
    "pytest_random_order",
    "pytest_rerunfailures",
    "pytest_sugar",
    "pytest_html",
    "pytest_metadata",
    "pytest_codeblocks",
}
# They send or keep results of runs.
NEVER = ("pastebin", "stepwise")
# What no suite without settings or hooks needs; each costs time.
RARE = (
    "cacheprovider doctest junitxml setuponly setupplan faulthandler unraisableexception threadexception terminal"
).split()
# What tests without any settings may ask of those.
ASKED = re.compile(
    rb"def \w+\([^)]*\b(cache|record_property|record_testsuite_property|record_xml_attribute|doctest_namespace)\b"
)
# Options of plug-ins that take a value, may take one, or take none.
VALUES = (
    "--cov-config --cov-fail-under --cov-precision -n --numprocesses --maxprocesses --max-worker-restart --dist --tx "
    "--maxschedchunk --timeout --timeout-method --session-timeout --randomly-seed --random-order-bucket "
    "--random-order-seed --reruns --reruns-delay --benchmark-columns --benchmark-sort --benchmark-min-rounds --html "
    "--benchmark-json --benchmark-save --benchmark-storage --benchmark-compare --benchmark-compare-fail "
    "--benchmark-min-time --benchmark-max-time --benchmark-timer --benchmark-warmup --benchmark-warmup-iterations "
    "--benchmark-group-by --benchmark-name --benchmark-histogram --benchmark-cprofile --codeblocks-mode --force-sugar"
).split()
REPEATED = "--cov-report --cov-context --rsyncdir --px".split()
SWITCHES = (
    "--no-cov --no-cov-on-fail --cov-append --cov-branch --cov-reset -d --looponfail --testrunuid "
    "--benchmark-disable --benchmark-skip --benchmark-enable --benchmark-only --benchmark-autosave --random-order "
    "--randomly-dont-reset-seed --randomly-dont-reorganize --self-contained-html --no-summary-report --old-summary "
    "--forked --black --flake8 --flakes --isort --mypy --mypy-ignore-missing-imports --pep8 --pycodestyle --codestyle "
    "--pydocstyle --docstyle --pylint --no-pylint --ruff --ruff-format"
).split()
# Marks of theirs: where an unknown one is an error, these are none.
MARKS = "no_cover forked timeout flaky xdist_group random_order".split()
INIS = "timeout timeout_method timeout_func_only looponfailroots rsyncdirs rsyncignore xdist_group".split()


def configuration(job: Job) -> str | None:
    """The file among the declared ones that pytest obeys, if there is one."""
    return next((name for name in FILES if name in job["support"] and speaks(job, name)), None)


def speaks(job: Job, name: str) -> bool:
    """Tells whether a settings file holds settings of pytest."""
    return not FILES[name] or re.search(FILES[name], text(job, name).decode("utf-8", "replace")) is not None


def has_conftest(job: Job) -> bool:
    return any(path.rpartition("/")[2] == "conftest.py" for path in job["support"])


def is_changed(job: Job) -> bool:
    """Tells whether the project itself says what pytest does: by settings, hooks or plug-ins."""
    return bool(configuration(job) or has_conftest(job) or own_plugins(job))


def own_plugins(job: Job) -> list[str]:
    """The modules that the project offers to pytest as plug-ins: of its code, with all that a conftest may do."""
    abouts = [name for name in os.listdir(job["src"]) if name.endswith(".dist-info")]
    if not any(b"pytest11" in text(job, f"{name}/entry_points.txt") for name in abouts):
        return []
    points = offered(job, job["src"])
    files = {path.removesuffix(".py").removesuffix("/__init__") for path in job["code"]}
    places = {point.value.partition(":")[0]: point.value.partition(":")[0].replace(".", "/") for point in points}
    return sorted(module for module, place in places.items() if any(f"/{path}".endswith(f"/{place}") for path in files))


def offered(job: Job, place: str) -> list[importlib.metadata.EntryPoint]:
    """The plug-ins that lie in a place, but for those that settings load by their name: pytest takes none twice."""
    import importlib.metadata

    found = importlib.metadata.distributions(path=[place])
    points = [point for one in found for point in one.entry_points if point.group == "pytest11"]
    named = loaded(job) if points else set()
    return [point for point in points if point.name not in named]


def loaded(job: Job) -> set[str]:
    """The names of the plug-ins that settings load."""
    options = words(job, configuration(job), "addopts")
    apart = {name for option, name in zip(options, options[1:]) if option == "-p"}
    return apart | {option[2:] for option in options if option.startswith("-p") and len(option) > 2}


def needs_plugins(job: Job) -> bool:
    """Tells whether a suite may need more of pytest than what was configured before there was a job."""
    if is_changed(job) or plugins(job):
        return True
    return any(ASKED.search(text(job, path)) for path in job["tests"])


def test_paths(job: Job) -> list[str]:
    """What pytest is given: all test files, or those and the tests that are chosen."""
    part = job.get("part")
    wanted = (part["chosen"] if part else []) or job["tests"]
    return [os.path.join(job["src"], path) for path in wanted if path.partition("::")[0].endswith(".py")]


def test_files(job: Job) -> list[str]:
    """The files of the tests that pytest is given."""
    part = job.get("part")
    chosen = {path.partition("::")[0] for path in part["chosen"]} if part else set()
    return [path for path in job["tests"] if path.endswith(".py") and (path in chosen or not chosen)]


def plugins(job: Job) -> list[str]:
    """pytest's plug-ins among the packages that a suite was given, but for those that are stood in for."""
    layer = job.get("layer")
    if not layer:
        return []
    points = offered(job, layer)
    # By its module: the name of a plug-in may be that of another module (pytest-asyncio is called asyncio).
    modules = {point.value.partition(":")[0] for point in points}
    return sorted(module for module in modules if module.partition(".")[0] not in STOOD_IN)


def stand_ins(job: Job) -> list[types.ModuleType]:
    """Empty plug-ins by the names of those that settings load and that are stood in for: pytest then loads no other."""
    names = sorted(loaded(job))
    return [types.ModuleType(name) for name in names if {name.partition(".")[0], f"pytest_{name}"} & STOOD_IN]


def arguments(job: Job | None = None) -> list[str]:
    """Options of a session; without a job those of every plain one."""
    declared = configuration(job) if job else None
    options = [f"--rootdir={SOURCES}", f"--confcutdir={SOURCES}"]
    options += ["-c", os.path.join(SOURCES, declared) if declared else EMPTY]
    if not (job and has_conftest(job)):
        options.append("--noconftest")
    if job and (len(job["tests"]) > 1 or job.get("part")):
        options.append("--continue-on-collection-errors")
    # Settings may end a session at its first failure: then most tests of a control would never tell their values.
    options.append("--maxfail=0")
    is_whole = job is not None and needs_plugins(job)
    if not is_whole:
        # What a plain suite prints is told as it comes; code of a project may ask what its standard output is.
        options.append("--capture=no")
    for plugin in (*NEVER, *(() if is_whole else RARE)):
        options += ["-p", f"no:{plugin}"]
    for plugin in (*plugins(job), *own_plugins(job)) if job else ():
        options += ["-p", plugin]
    if is_whole and not (declared and job and b"no:cacheprovider" in text(job, declared)):
        # Its usual place is beside the sources, where nothing can be written.
        options += ["-o", f"cache_dir={CACHE}"]
    if declared and job and b"required_plugins" in text(job, declared):
        options += ["-o", f"required_plugins={shlex.join(missing_plugins(job, declared))}"]
    part = job.get("part") if job else None
    return options + (part["options"] if part else []) + (test_paths(job) if job else [])


class Accepted:
    """A pytest plugin that takes what belongs to absent plug-ins, and adds what is collected by settings alone."""

    def __init__(self, job: Job) -> None:
        self.job = job
        # Where the settings have pytest look for tests; empty where they do not say.
        self.places: list[str] = []
        # A plug-in that is there takes its options itself, after this one, and would find them taken.
        self.has_benchmark = any(module.startswith("pytest_benchmark") for module in plugins(job))

    def is_absent(self, name: str) -> bool:
        return not (self.has_benchmark and name.startswith("--benchmark"))

    def pytest_addoption(self, parser: Any) -> None:
        group = parser.getgroup("saraphina", "options without effect here")
        take(group, "--cov", nargs="?", action="append", const=True, dest="saraphina_cov")
        for number, name in enumerate(filter(self.is_absent, VALUES)):
            take(group, name, dest=f"saraphina_value_{number}")
        for number, name in enumerate(REPEATED):
            take(group, name, action="append", dest=f"saraphina_repeated_{number}")
        for number, name in enumerate(filter(self.is_absent, SWITCHES)):
            take(group, name, action="store_true", dest=f"saraphina_switch_{number}")
        for name in INIS:
            parser.addini(name, "without effect here")

    def pytest_configure(self, config: Any) -> None:
        part = self.job.get("part")
        is_chosen = bool(part and part["chosen"])
        if plugins(self.job) or own_plugins(self.job):
            # Sessions that tests begin themselves (pytester) look for plug-ins; this one has its own by now.
            os.environ.pop("PYTEST_DISABLE_PLUGIN_AUTOLOAD", None)
        # Paths of the settings are meant from the root, and say nothing where single tests are asked for.
        if config.getoption("xmlpath", None):
            # Nobody reads this report, and its place may be beside the sources, where nothing can be written.
            config.option.xmlpath = REPORT
        for name in MARKS:
            config.addinivalue_line("markers", f"{name}: without effect here")
        named = [rooted(path) for path in config.args if not os.path.isabs(path)]
        config.args[:] = [rooted(path) for path in config.args if os.path.isabs(path) or not is_chosen]
        for name in ("ignore", "ignore_glob"):
            # They are meant from the root too.
            paths = getattr(config.option, name, None)
            setattr(config.option, name, paths and [os.path.join(SOURCES, path) for path in paths])
        if not is_chosen:
            self.places = [path for path in named if os.path.exists(path)]
            self.places += [os.path.join(SOURCES, path) for path in config.getini("testpaths") if not self.places]
            Beside(self.job).add(config, self.places)

    def leave_out(self, session: pytest.Session) -> Iterator[tuple[str, str]]:
        """Takes files from what is collected that the project leaves out; gives each with the reason.

        pytest asks nobody about what it is given by name, as each file of tests is here.
        """
        config = session.config
        words = [word for word in config.args if "::" not in word and os.path.isfile(word)]
        paths = [pathlib.Path(word) for word in words if word.startswith(SOURCES + "/")]
        # Where pytest begins to look by itself it asks nobody either.
        starts = [pathlib.Path(place) for place in self.places]
        above = {SOURCES, *(str(place) for start in starts for place in (start, *start.parents))}
        # What was given although the settings lead to none of it is wanted all the same.
        far = [path for path in paths if self.places and not is_below(str(path), self.places)]
        far = far if len(far) < len(paths) and not self.job.get("part") else []
        for path in paths:
            own = [
                place for place in (path, *path.parents) if place.is_relative_to(SOURCES) and str(place) not in above
            ]
            why = "outside of the paths that the settings name" if path in far else ""
            if any(is_ignored(session, place) for place in own):
                why = "collect_ignore, or an option of pytest"
            if why:
                config.args.remove(str(path))
                yield str(path.relative_to(SOURCES)), why


def absent_fixtures() -> types.ModuleType:
    """What fixtures of absent plug-ins give a suite that runs in one process and is measured from elsewhere."""
    import types

    import pytest

    def no_cover() -> None:
        pass

    def cov() -> None:
        pass

    def worker_id() -> str:
        return "master"

    def testrun_uid() -> str:
        return "alone"

    found = types.ModuleType("absent_fixtures")
    for function in (no_cover, cov, worker_id, testrun_uid):
        setattr(found, function.__name__, pytest.fixture(scope="session")(function))
    return found


def is_ignored(session: pytest.Session, path: pathlib.Path) -> bool:
    import pytest

    config = session.config
    try:
        # pytest itself reads what a folder has to say only when it comes there, and tells then of what fails.
        config.pluginmanager._loadconftestmodules(
            path.parent,
            config.getoption("importmode"),
            config.rootpath,
            consider_namespace_packages=config.getini("consider_namespace_packages"),
        )
    except (Exception, pytest.skip.Exception):
        return False
    asked = session.gethookproxy(path.parent)
    return bool(asked.pytest_ignore_collect(collection_path=path, config=config))


def rooted(path: str) -> str:
    full = os.path.join(SOURCES, path)
    return full if os.path.exists(full.partition("::")[0]) else path


def take(group: Any, name: str, **known: Any) -> None:
    """Adds an option; pytest keeps short ones for itself and asks its own plug-ins to say so."""
    try:
        group._addoption(name, **known)
    except ValueError:  # something else takes it
        pass
