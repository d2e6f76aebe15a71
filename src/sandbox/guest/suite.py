"""Runs pytest in the child and says what happened, frame by frame."""

import ast
import base64
import importlib
import marshal
import os
import pathlib
import sys
import traceback

import _saraphina_imports as imports
import _saraphina_measure as measure

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
    from _pytest.assertion import rewrite

    rewrite.traverse_node = walk


def walk(node):
    """A syntax tree's nodes in any order: enough for their places, and quicker than one generator for each node."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                pending.append(value)
            elif isinstance(value, list):
                pending.extend(item for item in value if isinstance(item, ast.AST))


class Prepared:
    """pytest configured and coverage set up, before any file of a proposal exists here."""

    def __init__(self, measured=None):
        import _pytest.config
        from _pytest.assertion import rewrite
        from _pytest.main import Session

        preload()
        self.plain = rewrite._rewrite_test
        self.measured = measured or measure.Measure(SOURCES)
        self.recorder = Recorder(self.measured)
        self.config = _pytest.config._prepareconfig(arguments(), [self.recorder])
        self.config._do_configure()
        self.session = Session.from_config(self.config)
        self.config.hook.pytest_sessionstart(session=self.session)

    def rewrite(self, job):
        """Compiles the test files the way pytest does, outside of the process that will run them.

        Whether they came compiled must not show afterwards: it would tell a control from the real run. So the job
        forgets it, and what is compiled here goes the same way through text as what comes.
        """
        from _pytest.assertion import rewrite

        plain = self.plain
        texts = job.pop("rewritten", {})

        def compiled(file, config):
            path = os.path.relpath(file, job["src"])
            if path not in known:
                return plain(file, config)
            return os.stat(file), known[path]

        for path in job["tests"]:
            if path.endswith(".py") and path not in texts:
                try:
                    code = plain(pathlib.Path(job["src"], path), self.config)[1]
                except Exception:  # the suite will fail there and say why
                    continue
                texts[path] = base64.b64encode(marshal.dumps(code)).decode()
        known = {path: marshal.loads(base64.b64decode(text)) for path, text in texts.items()}
        self.rewritten = texts
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


def run(job, facts, send, prepared):
    os.chdir(job["work"])
    source = job["src"]
    imports.shadow_standard_modules(job)
    imports.take_path(job)
    sys.argv = ["pytest"]
    inject_names(job, facts)
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

    def begin(self, job, send):
        self.job = job
        self.send = send
        self.measured.begin(job)
        self.known = {}
        self.late = {}
        self.bait = bait()

    def pytest_configure(self, config):
        config.option.tbstyle = "short"

    def pytest_collection(self):
        self.is_measuring = True
        self.measured.start()

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
        """Gives a folder back to suites that removed theirs; reports need one."""
        try:
            os.getcwd()
        except OSError:
            try:
                os.makedirs(self.job["work"], exist_ok=True)
                os.chdir(self.job["work"])
            except OSError:
                os.chdir(self.job["src"])

    def pytest_runtest_logreport(self, report):
        if report.when == "setup":
            self.measured.returns.start()
        else:
            self.measured.returns.stop()
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


def inject_names(job, facts):
    """Binds names of the subject in test modules that use them without an import."""
    from _pytest.assertion.rewrite import AssertionRewritingHook

    plans = {os.path.join(job["src"], path): plan for path, plan in facts.injections.items()}
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
