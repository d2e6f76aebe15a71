"""Runs pytest in the child and says what happened, frame by frame."""

import base64
import copy
import importlib
import marshal
import os
import pathlib
import sys
import traceback
import unittest

import _saraphina_suite_imports as imports
import _saraphina_suite_measure as measure
import _saraphina_suite_shortcuts as shortcuts

MESSAGE_BYTES = 8 * 1024
IDS_PER_FRAME = 200
LINES_PER_FRAME = 5000
TYPES_PER_FRAME = 2000
DROPPED = (
    "cacheprovider doctest junitxml pastebin stepwise setuponly setupplan faulthandler "
    "unraisableexception threadexception"
).split()
CONFIGURATION = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
SOURCES = "/box/src"
GUEST = os.path.dirname(os.path.abspath(__file__))
EMPTY = os.path.join(GUEST, "empty.ini")


def preload():
    """Imports all that the child needs, before untrusted code exists in any process."""
    import asyncio  # noqa: F401
    import tempfile  # noqa: F401
    import unittest.mock  # noqa: F401

    import coverage  # noqa: F401
    import pytest  # noqa: F401
    from _pytest import legacypath, logging, monkeypatch, recwarn, tmpdir, unittest as cases  # noqa: F401

    shortcuts.take()


class Prepared:
    """pytest configured and coverage set up, before any file of a proposal exists here."""

    def __init__(self, measured=None):
        import _pytest.config
        import pytest
        from _pytest.assertion import rewrite
        from _pytest.main import Session

        preload()
        pytest.hookimpl(wrapper=True, trylast=True)(Recorder.pytest_runtest_call)
        self.plain = rewrite._rewrite_test
        self.measured = measured or measure.Measure(SOURCES)
        self.recorder = Recorder(self.measured)
        self.config = _pytest.config._prepareconfig(arguments(), [self.recorder])
        self.config._do_configure()
        self.session = Session.from_config(self.config)
        self.config.hook.pytest_sessionstart(session=self.session)

    def compiled(self, job, known):
        """The test files as pytest compiles them, as text; those that are known need it no more.

        This is done outside of the process that runs them, and once for a suite that is run again and again.
        """
        texts = dict(known)
        for path in job["tests"]:
            if path.endswith(".py") and path not in texts:
                try:
                    code = self.plain(pathlib.Path(job["src"], path), self.config)[1]
                except Exception:  # the suite will fail there and say why
                    continue
                texts[path] = base64.b64encode(marshal.dumps(code)).decode()
        return texts

    def take(self, job, texts):
        """Has pytest run these texts instead of compiling the files."""
        from _pytest.assertion import rewrite

        plain = self.plain
        known = {path: marshal.loads(base64.b64decode(text)) for path, text in texts.items()}

        def compiled(file, config):
            path = os.path.relpath(file, job["src"])
            if path not in known:
                return plain(file, config)
            return os.stat(file), known[path]

        rewrite._rewrite_test = compiled

    def forget(self):
        """Compiles nothing beforehand any more: what a rehearsal compiled is no job's."""
        from _pytest.assertion import rewrite

        rewrite._rewrite_test = self.plain

    def run(self, job):
        """What `pytest.main` does after its configuration; gives its exit status."""
        import pytest

        # What one test file cannot import stops the tests of that file only.
        self.config.option.continue_on_collection_errors = len(job["tests"]) > 1
        if configuration(job) or has_conftest(job):
            self.config._ensure_unconfigure()
            # What such files do before the collection is not measured.
            self.measured.stand_still()
            return pytest.main(arguments(job), plugins=[self.recorder])
        self.config.args = test_paths(job)
        self.config.invocation_params = self.config.InvocationParams(
            args=self.config.args, plugins=None, dir=pathlib.Path(job["work"])
        )
        os.environ["PYTEST_VERSION"] = pytest.__version__
        status = 3
        try:
            status = self.drive()
        finally:
            os.chdir(job["work"])
            self.config.hook.pytest_sessionfinish(session=self.session, exitstatus=status)
            self.config._ensure_unconfigure()
        return status

    def drive(self):
        import pytest
        from _pytest.main import Failed

        try:
            self.config.hook.pytest_collection(session=self.session)
            self.config.hook.pytest_runtestloop(session=self.session)
        except pytest.UsageError:
            return 4
        except Failed:
            return 1
        except pytest.exit.Exception as error:
            return 2 if error.returncode is None else error.returncode
        except KeyboardInterrupt:
            return 2
        except BaseException:
            traceback.print_exc()
            return 3
        if self.session.testsfailed:
            return 1
        return 0 if self.session.testscollected else 5


def run(job, compiled, injections, send, prepared):
    os.chdir(job["work"])
    prepared.take(job, compiled)
    imports.shadow_standard_modules(job)
    imports.take_path(job)
    sys.argv = ["pytest"]
    inject_names(job, injections)
    recorder = prepared.recorder
    recorder.begin(job, send)
    status = prepared.run(job)
    recorder.stop_measuring()
    send(t="done", status=int(status), tracer=recorder.tracer_held)


def configuration(job):
    """The configuration file among the declared files that pytest obeys, if there is one."""
    return next((name for name in CONFIGURATION if name in job["support"]), None)


def has_conftest(job):
    return any(path.rpartition("/")[2] == "conftest.py" for path in job["support"])


def test_paths(job):
    return [os.path.join(job["src"], path) for path in job["tests"] if path.endswith(".py")]


def arguments(job=None):
    """Options of a session; without a job those of every plain one."""
    declared = configuration(job) if job else None
    options = [f"--rootdir={SOURCES}", f"--confcutdir={SOURCES}", "--capture=no"]
    options += ["-c", os.path.join(SOURCES, declared) if declared else EMPTY]
    if not (job and has_conftest(job)):
        options.append("--noconftest")
    if job and len(job["tests"]) > 1:
        options.append("--continue-on-collection-errors")
    for plugin in DROPPED + ([] if declared else ["terminal"]):
        options += ["-p", f"no:{plugin}"]
    return options + (test_paths(job) if job else [])


class Recorder:
    """A pytest plugin that turns reports into frames and measures coverage around them."""

    def __init__(self, measured):
        self.measured = measured
        self.is_measuring = False
        self.tracer_held = True
        self.reports = {}
        self.bare = bait()

    def begin(self, job, send):
        self.job = job
        self.send = send
        self.measured.begin(job)
        # With files that change what pytest does only its report tells what came of a test, and anything may be called.
        self.is_plain = not (configuration(job) or has_conftest(job))
        self.known = {}
        self.late = {}
        # Made anew, as what is there before a fork is not among the objects that whoever forges looks through.
        self.bait = copy.copy(self.bare)

    def pytest_configure(self, config):
        config.option.tbstyle = "short"

    def pytest_collection(self):
        self.is_measuring = True
        self.measured.start(self.is_plain)

    def pytest_collectreport(self, report):
        if report.failed:
            self.send(t="collect_error", path=report.nodeid[:400], message=bounded(report.longreprtext))
        elif report.skipped:
            self.send(t="collect_skip", path=report.nodeid[:400], message=bounded(report.longreprtext))

    def pytest_collection_finish(self, session):
        ids = [item.nodeid[:1000] for item in session.items]
        for start in range(0, len(ids), IDS_PER_FRAME):
            self.send(t="collected", ids=ids[start : start + IDS_PER_FRAME])
        self.known = self.measured.lines()
        self.measured.look_again()

    def pytest_runtest_makereport(self, item, call):
        """Says at once that a test raised; gives a folder back to suites that removed theirs: reports need one."""
        if self.is_plain and call.excinfo is not None and is_failure(item, call.excinfo.value):
            self.send(t="failing", id=item.nodeid[:1000])
        try:
            os.getcwd()
        except OSError:
            try:
                os.makedirs(self.job["work"], exist_ok=True)
                os.chdir(self.job["work"])
            except OSError:
                os.chdir(self.job["src"])

    def pytest_runtest_call(self):
        """Measures a test, and not how pytest tells of it."""
        self.measured.enter_test()
        try:
            result = yield
        except BaseException as error:
            self.measured.leave_test(error)
            raise
        self.measured.leave_test(None)
        return result

    def pytest_assertrepr_compare(self):
        """A test is about to fail: how pytest words that is of no interest either."""
        self.measured.returns.stop()

    def pytest_runtest_logreport(self, report):
        self.reports.setdefault(report.nodeid, []).append(report)

    def pytest_runtest_logfinish(self, nodeid):
        reports = self.reports.pop(nodeid, [])
        outcome, message, has_run = judge(reports)
        seconds = sum(report.duration for report in reports)
        self.send(
            t="test",
            id=nodeid[:1000],
            outcome=outcome,
            ran=has_run,
            ms=int(seconds * 1000),
            message=bounded(message),
        )
        if self.job.get("lines_by_test"):
            self.tell_lines(nodeid)

    def tell_lines(self, nodeid):
        for path, lines in self.measured.lines().items():
            self.late.setdefault(path, set()).update(lines)
            lines = sorted(lines)
            for start in range(0, len(lines), LINES_PER_FRAME):
                self.send(t="test_lines", id=nodeid[:1000], path=path, lines=lines[start : start + LINES_PER_FRAME])
        self.measured.look_again()

    def bitten(self, path):
        """Lines that somebody else wrote into coverage's data, where we write none."""
        if not self.bait._dbs:
            return set()
        return set(self.bait.lines(os.path.join(self.job["src"], path)) or ())

    def pytest_sessionfinish(self):
        self.stop_measuring()

    def stop_measuring(self):
        if not self.is_measuring:
            return
        self.is_measuring = False
        self.tracer_held = self.measured.stop()
        late = self.late
        for path, lines in self.measured.lines().items():
            late.setdefault(path, set()).update(lines)
        for path in self.job["code"]:
            lines = sorted(self.known.get(path, set()) | late.get(path, set()) | self.bitten(path))
            for start in range(0, len(lines), LINES_PER_FRAME):
                self.send(t="lines", path=path, lines=lines[start : start + LINES_PER_FRAME])
        self.send(t="touched", touched=any(late.values()))
        for path, types in self.measured.returns.seen.items():
            self.send(t="types", path=path, types=sorted(types.items())[:TYPES_PER_FRAME])


def is_failure(item, error):
    """Whether pytest reports a test that raised this as failed."""
    import pytest

    set_aside = (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception, unittest.SkipTest)
    return isinstance(error, Exception | pytest.fail.Exception) and not (
        isinstance(error, set_aside) or item.get_closest_marker("xfail")
    )


def bait():
    """Coverage data as whoever forges some looks for it; nothing of ours goes through it."""
    import coverage

    return coverage.CoverageData(no_disk=True)


def bounded(text):
    data = text.encode("utf-8", "backslashreplace")
    if len(data) > MESSAGE_BYTES:
        data = data[: MESSAGE_BYTES // 2] + b"\n[...]\n" + data[-MESSAGE_BYTES // 2 :]
    return data.decode("utf-8", "replace")


def judge(reports):
    """Outcome of one test from the reports of its phases: the word, why, and whether its body ran."""
    has_run = any(report.when == "call" for report in reports)
    for report in reports:
        if report.failed and report.when == "call":
            return "failed", report.longreprtext, has_run
    for report in reports:
        if report.failed:
            return "error", report.longreprtext, has_run
    for report in reports:
        if report.skipped and not is_part(report):
            declared = hasattr(report, "wasxfail")
            return ("xfailed" if declared else "skipped"), reason(report), has_run and declared
    for report in reports:
        if report.when == "call" and hasattr(report, "wasxfail"):
            return "xpassed", reason(report), True
    return ("passed", "", True) if has_run else ("error", "its body never ran", False)


def is_part(report):
    return type(report).__name__ == "SubtestReport" or type(report).__name__ == "SubTestReport"


def reason(report):
    declared = getattr(report, "wasxfail", "")
    if declared:
        return str(declared)
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    return report.longreprtext


# Names that tests forgot to import


def inject_names(job, injections):
    """Binds names of the subject in test modules that use them without an import."""
    from _pytest.assertion.rewrite import AssertionRewritingHook

    plans = {os.path.join(job["src"], path): plan for path, plan in injections.items()}
    if not plans:
        return
    execute = AssertionRewritingHook.exec_module

    def exec_module(self, module):
        for name, names in plans.get(getattr(module.__spec__, "origin", None), ()):
            subject = importlib.import_module(name)
            for wanted in names:
                if hasattr(subject, wanted) and not hasattr(module, wanted):
                    setattr(module, wanted, getattr(subject, wanted))
        execute(self, module)

    AssertionRewritingHook.exec_module = exec_module
