"""Measures which lines of code and tests run, and what their functions return.

It drives coverage.py for `session.py`. Lines are read straight from coverage's collector: its
public data can be written to by the code that is measured.
"""

from __future__ import annotations

import atexit
import os
import sys

import _saraphina_server_patches as patches
import _saraphina_suite_focus as focus
import _saraphina_suite_returns as returns
import _saraphina_suite_syntax as syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from _saraphina_types import Job

QUIET = ["no-data-collected", "module-not-measured", "trace-changed"]
# Whether code is rewritten to be measured; what is rewritten before a fork need not be copied for it after.
monitoring: Any = getattr(sys, "monitoring", None)
REWRITES = monitoring is not None


class Measure:
    """Set up once; started for a suite, or before a fork and never stopped."""

    def __init__(self, sources: str) -> None:
        import coverage

        # What is private of it is listed in `server/patches.py`.
        include = [sources + "/*"]
        self.coverage: Any = coverage.Coverage(data_file=None, config_file=False, messages=False, include=include)
        self.coverage.set_option("run:disable_warnings", QUIET)
        if REWRITES:
            self.coverage.set_option("run:core", "sysmon")
        self.reaches_in = patches.is_tried("collector")
        self.returns = returns.observer()
        self.focus = focus.Focus()
        self.goes_on = False
        self.had_trace = False
        if self.reaches_in:
            # It notes for its own debugging from where it was set up, and reads whole source files for that.
            vars(coverage.collector)["short_stack"] = str
        # Everything that coverage sets up once is set up by its first start, which forks then need not repeat.
        self.coverage.start()
        self.coverage.stop()
        if self.reaches_in:
            atexit.unregister(self.coverage._atexit)

    def go_on(self) -> None:
        """Measures from now on, where that spares the suite's process work."""
        if REWRITES and not self.goes_on:
            self.goes_on = True
            self.coverage.start()

    def begin(self, job: Job) -> None:
        """Measures code and test files only; coverage takes no other files once it is set up.

        Which lines of tests ran tells assertions that nothing came by; of each test by itself it is of no interest.
        """
        self.sources = job["src"]
        self.code = [os.path.join(self.sources, path) for path in syntax.measured(job)]
        tests = [] if job.get("lines_by_test") else [os.path.join(self.sources, path) for path in job["tests"]]
        self.watched = self.code + tests
        if self.reaches_in:
            self.coverage._inorout.include_match = Exactly(self.watched)
        self.returns.begin(job)

    def paths(self) -> list[str]:
        """The files whose lines are told, as the job names them."""
        return [os.path.relpath(full, self.sources) for full in self.watched]

    def start(self, calls_tests_only: bool) -> None:
        """Measures all that comes, or with nothing in the box but tests and code only where these run."""
        if not self.goes_on:
            self.coverage.start()
        self.returns.measure()
        self.had_trace = is_traced()
        if calls_tests_only:
            self.focus.begin()

    def enter_test(self) -> None:
        self.focus.on()
        self.returns.start()

    def leave_test(self, error: BaseException | None) -> None:
        """The test is over; what pytest says of an error is only of interest where the box words it."""
        self.returns.stop()
        if error is None or not focus.words_itself(error):
            self.focus.off()

    def stop(self) -> bool:
        """Ends it; gives whether coverage's tracer was where coverage had put it."""
        held = self.focus.end() and (not self.had_trace or is_traced())
        if not self.goes_on:
            self.coverage.stop()
        return held

    def lines(self) -> dict[str, set[int]]:
        """Lines of the code files that ran since the last question, straight from coverage's collector."""
        if not self.reaches_in:
            return self.collected_lines()
        found = {}
        for full, lines in self.coverage._collector.data.items():
            path = os.path.relpath(full, self.sources)
            found[path] = {line for line in lines if type(line) is int}
            lines.clear()
        return found

    def collected_lines(self) -> dict[str, set[int]]:
        """The same from what coverage collected in the data that it shows to everybody."""
        data = self.coverage.get_data()
        found = {os.path.relpath(full, self.sources): set(data.lines(full) or ()) for full in self.watched}
        data.purge_files(data.measured_files())
        return found

    def look_again(self) -> None:
        """Has lines told again that were told once; of this code only where that can be.

        Asking for all would rewrite what everything runs from.
        """
        if REWRITES and is_traced():
            # What coverage shows to everybody it only gathers where a code object begins anew.
            (self.returns.look_again if self.reaches_in else monitoring.restart_events)()

    def forget(self, path: str) -> None:
        """Leaves nothing of a file that was measured."""
        if not self.reaches_in:
            self.coverage.get_data().purge_files([path])
            return
        self.coverage._collector.data.pop(path, None)
        self.coverage._collector.should_trace_cache.pop(path, None)


class Exactly:
    """Stands where coverage has patterns, and matches these paths only.

    A pattern would be compiled in every process.
    """

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = frozenset(paths)

    def match(self, path: str) -> bool:
        return path in self.paths


def is_traced() -> bool:
    """Tells whether coverage's tracer is where coverage put it."""
    if REWRITES:
        tool = monitoring.COVERAGE_ID
        return monitoring.get_tool(tool) is not None and monitoring.get_events(tool) != 0
    return sys.gettrace() is not None
