"""Runs pytest in the child and says what happened, frame by frame.

Everything that can be done without a proposal is done before the fork: pytest is configured and coverage set up. What
is said here is the word of a process that untrusted code shares; `observe.py` passes it on marked as such.
"""

from __future__ import annotations

import base64
import copy
import marshal
import os
import pathlib
import sys
import traceback

import _saraphina_server_patches as patches
import _saraphina_suite_beside as beside
import _saraphina_suite_calls as calls
import _saraphina_suite_imports as imports
import _saraphina_suite_measure as measure
import _saraphina_suite_outcomes as outcomes
import _saraphina_suite_settings as settings
import _saraphina_suite_shortcuts as shortcuts
import _saraphina_suite_surroundings as surroundings
import _saraphina_suite_syntax as syntax
import _saraphina_suite_told as told
from _saraphina_suite_injections import inject_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Generator, Sequence
    from typing import Any

    import _saraphina_suite_hanging as hanging
    import coverage
    import pytest
    from _saraphina_suite_injections import Finder
    from _saraphina_types import Injections, Job, Send

IDS_PER_FRAME = 200
LINES_PER_FRAME = 5000
TYPES_PER_FRAME = 2000
SOURCES = beside.SOURCES


def preload() -> None:
    """Imports all that the child needs, before untrusted code exists in any process."""
    import asyncio  # noqa: F401
    import tempfile  # noqa: F401
    import unittest.mock  # noqa: F401

    import coverage  # noqa: F401
    import pytest  # noqa: F401

    if patches.is_tried("prepared"):
        import _pytest.legacypath
        import _pytest.logging
        import _pytest.monkeypatch
        import _pytest.recwarn
        import _pytest.tmpdir
        import _pytest.unittest  # noqa: F401

    shortcuts.take()


class Prepared:
    """pytest configured and coverage set up, before any file of a proposal exists here."""

    def __init__(self, measured: measure.Measure | None = None) -> None:
        import pytest

        preload()
        pytest.hookimpl(wrapper=True, trylast=True)(Recorder.pytest_runtest_call)
        pytest.hookimpl(wrapper=True, tryfirst=True)(Recorder.pytest_runtest_makereport)
        self.measured = measured or measure.Measure(SOURCES)
        self.recorder = Recorder(self.measured)
        self.config: Any = None
        self.session: Any = None
        if patches.is_tried("prepared"):
            self.config, self.session = self.configured()
        self.plain: Callable[[pathlib.Path, Any], tuple[Any, types.CodeType]] | None = None
        # What pytest makes of a file depends on its configuration.
        if self.config is not None and patches.is_tried("compiled"):
            from _pytest.assertion import rewrite

            self.plain = rewrite._rewrite_test

    def configured(self) -> tuple[Any, Any]:
        """Does what `pytest.main` does first, with no file of anybody in sight."""
        import _pytest.config
        from _pytest.main import Session

        config = _pytest.config._prepareconfig(settings.arguments(), [self.recorder])
        config._do_configure()
        session = Session.from_config(config)
        config.hook.pytest_sessionstart(session=session)
        return config, session

    def compiled(self, job: Job, known: dict[str, str]) -> dict[str, str]:
        """The test files as pytest compiles them, as text; those that are known need it no more.

        This is done outside of the process that runs them, and once for a suite that is run again and again.
        """
        if self.plain is None:
            return {}
        texts = dict(known)
        for path in settings.test_files(job):
            if path not in texts:
                try:
                    code = self.plain(pathlib.Path(job["src"], path), self.config)[1]
                except Exception:  # the suite will fail there and say why
                    continue
                texts[path] = base64.b64encode(marshal.dumps(code)).decode()
        return texts

    def take(self, job: Job, texts: dict[str, str]) -> None:
        """Has pytest run these texts instead of compiling the files."""
        if self.plain is None:
            return
        from _pytest.assertion import rewrite

        plain = self.plain
        known = {path: marshal.loads(base64.b64decode(text)) for path, text in texts.items()}

        def compiled(file: pathlib.Path, config: pytest.Config) -> tuple[Any, types.CodeType]:
            path = os.path.relpath(file, job["src"])
            if path not in known:
                return plain(file, config)
            return os.stat(file), known[path]

        rewrite._rewrite_test = compiled  # type: ignore[assignment]

    def forget(self) -> None:
        """Compiles nothing beforehand any more: what a rehearsal compiled is no job's."""
        if self.plain is None:
            return
        from _pytest.assertion import rewrite

        rewrite._rewrite_test = self.plain  # type: ignore[assignment]

    def run(self, job: Job) -> int:
        """Does what `pytest.main` does after its configuration; gives its exit status."""
        import pytest

        if self.config is None or settings.needs_plugins(job):
            if self.config is not None:
                self.config._ensure_unconfigure()
            if not self.recorder.is_plain:
                # Such files may import the code before anything is collected.
                self.recorder.start_measuring()
            self.recorder.accepted = settings.Accepted(job)
            plugins = [self.recorder.accepted, settings.absent_fixtures(), self.recorder, *settings.stand_ins(job)]
            return pytest.main(settings.arguments(job), plugins=plugins)
        # What one test file cannot import stops the tests of that file only.
        self.config.option.continue_on_collection_errors = len(job["tests"]) > 1 or bool(job.get("part"))
        self.config.args = settings.test_paths(job)
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

    def drive(self) -> int:
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


def run(job: Job, compiled: dict[str, str], injections: Injections, send: Send, prepared: Prepared) -> None:
    if os.access(job["src"], os.W_OK):
        # Where a suite may write beside its files, it runs among them, as in the folder of the project; what hypothesis
        # keeps for a next run is nothing that the suite wrote.
        job["work"] = job["src"]
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", "/tmp/.hypothesis")
    os.chdir(job["work"])
    prepared.take(job, compiled)
    finder = imports.shadow_standard_modules(job)
    imports.take_path(job)
    imports.tell_path(job)
    sys.argv = ["pytest"]
    recorder = prepared.recorder
    recorder.finder = finder
    recorder.injecting = inject_names(job, injections)
    recorder.begin(job, send)
    told.begin(send)
    status = prepared.run(job)
    recorder.stop_measuring()
    send(t="done", status=int(status), tracer=recorder.tracer_held)


class Recorder:
    """A pytest plugin that turns reports into frames and measures coverage around them."""

    def __init__(self, measured: measure.Measure) -> None:
        self.measured = measured
        self.is_measuring = False
        self.tracer_held = True
        self.reports: dict[str, list[pytest.TestReport]] = {}
        self.bare = bait()
        self.finder: imports.BoxFinder | None = None
        self.injecting: Finder | None = None
        self.accepted: settings.Accepted | None = None
        self.calls: calls.Calls | None = None
        self.watch: hanging.Watch | None = None
        self.around = surroundings.Surroundings()

    def begin(self, job: Job, send: Send) -> None:
        self.job = job
        self.send = send
        self.measured.begin(job)
        # With files that change what pytest does only its report tells what came of a test, and anything may be called.
        self.is_plain = not settings.is_changed(job)
        self.calls = None if self.is_plain else calls.Calls(send)
        self.known: dict[str, set[int]] = {}
        self.late: dict[str, set[int]] = {}
        # Made anew, as what is there before a fork is not among the objects that whoever forges looks through.
        self.bait = copy.copy(self.bare)

    def pytest_configure(self, config: pytest.Config) -> None:
        config.option.tbstyle = "short"
        if self.calls is not None:
            self.calls.look_within(config)

    def pytest_collection(self, session: pytest.Session) -> None:
        if self.finder is not None:
            self.finder.come_first()
        if self.injecting is not None:
            self.injecting.come_first()
        self.start_measuring()
        if self.accepted is not None:
            for path, why in self.accepted.leave_out(session):
                self.send(t="collect_skip", path=path[:400], message=why)

    def start_measuring(self) -> None:
        if not self.is_measuring:
            self.is_measuring = True
            self.measured.start(self.is_plain)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.send(t="collect_error", path=report.nodeid[:400], message=outcomes.bounded(report.longreprtext))
        elif report.skipped:
            self.send(t="collect_skip", path=report.nodeid[:400], message=outcomes.bounded(report.longreprtext))

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Tells of tests that settings or hooks leave out; where the files have none of these, the code did it."""
        for name in dict.fromkeys(item.nodeid.partition("[")[0][:400] for item in items):
            self.send(t="collect_skip", path=name, message="deselected")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        if self.job.get("reversed"):
            session.items.reverse()
        ids = [outcomes.named(item.nodeid) for item in session.items]
        for start in range(0, len(ids), IDS_PER_FRAME):
            self.send(t="collected", ids=ids[start : start + IDS_PER_FRAME])
        self.known = self.measured.lines()
        self.measured.look_again()

    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> Generator[None, Any, Any]:
        """Says at once that a test raised, and lets pytest tell of it whatever the test did to what is around it."""
        surroundings.give_a_folder(self.job)
        if call.excinfo is None:
            return (yield)
        if self.is_plain and outcomes.is_failure(item, call.excinfo.value):
            self.send(t="failing", id=outcomes.named(item.nodeid))
        with self.around.as_before():
            return (yield)

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.around.note()
        if self.watch is not None:
            self.watch.at(nodeid)

    def pytest_runtest_call(self) -> Generator[None, Any, Any]:
        """Measures a test, and not how pytest tells of it."""
        self.measured.enter_test()
        try:
            result = yield
        except BaseException as error:
            self.measured.leave_test(error)
            raise
        self.measured.leave_test(None)
        return result

    def pytest_assertrepr_compare(self) -> None:
        """A test is about to fail: how pytest words that is of no interest either."""
        self.measured.returns.stop()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.reports.setdefault(report.nodeid, []).append(report)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        reports = self.reports.pop(nodeid, [])
        outcome, message, has_run = outcomes.judge(reports)
        seconds = sum(report.duration for report in reports)
        self.send(
            t="test",
            id=outcomes.named(nodeid),
            outcome=outcome,
            ran=has_run,
            ms=int(seconds * 1000),
            message=outcomes.bounded(message),
        )
        parts, why = outcomes.skipped_parts(reports)
        if parts:
            self.send(t="parts", skipped=parts, message=outcomes.bounded(why))
        if outcomes.is_ended_by(reports, self.measured.code):
            self.send(t="aside", id=outcomes.named(nodeid))
        if self.job.get("lines_by_test"):
            self.tell_lines(nodeid)

    def tell_lines(self, nodeid: str) -> None:
        name = outcomes.named(nodeid)
        for path, lines in self.measured.lines().items():
            self.late.setdefault(path, set()).update(lines)
            ordered = sorted(lines)
            for start in range(0, len(ordered), LINES_PER_FRAME):
                self.send(t="test_lines", id=name, path=path, lines=ordered[start : start + LINES_PER_FRAME])
        self.measured.look_again()

    def bitten(self, path: str) -> set[int]:
        """Lines that somebody else wrote into coverage's data, where we write none."""
        if not getattr(self.bait, "_dbs", True):
            return set()
        return set(self.bait.lines(os.path.join(self.job["src"], path)) or ())

    def pytest_sessionfinish(self) -> None:
        self.stop_measuring()

    def stop_measuring(self) -> None:
        if not self.is_measuring:
            return
        self.is_measuring = False
        self.tracer_held = self.measured.stop()
        late = self.late
        for path, lines in self.measured.lines().items():
            late.setdefault(path, set()).update(lines)
        code = syntax.measured(self.job)
        for path in self.measured.paths():
            ran = sorted(self.known.get(path, set()) | late.get(path, set()) | self.bitten(path))
            for start in range(0, len(ran), LINES_PER_FRAME):
                self.send(t="lines", path=path, lines=ran[start : start + LINES_PER_FRAME])
        elsewhere = imports.ran_elsewhere(self.job["code"])
        self.send(t="touched", touched=any(late.get(path) for path in code), elsewhere=elsewhere)
        for path, types in self.measured.returns.seen.items():
            self.send(t="types", path=path, types=sorted(types.items())[:TYPES_PER_FRAME])


def bait() -> coverage.CoverageData:
    """Coverage data as whoever forges some looks for it; nothing of ours goes through it."""
    import coverage

    return coverage.CoverageData(no_disk=True)
