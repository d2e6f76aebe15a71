"""Coverage of the code files, measured where they run, and what their functions return."""

import atexit
import os
import sys

import _saraphina_suite_focus as focus
import _saraphina_suite_returns as returns

QUIET = ["no-data-collected", "module-not-measured", "trace-changed"]
# Whether code is rewritten to be measured; what is rewritten before a fork need not be copied for it after.
REWRITES = hasattr(sys, "monitoring")


class Measure:
    """Set up once; started for a suite, or before a fork and never stopped."""

    def __init__(self, sources):
        import coverage

        self.coverage = coverage.Coverage(data_file=None, config_file=False, messages=False, include=[sources + "/*"])
        self.coverage.set_option("run:disable_warnings", QUIET)
        if REWRITES:
            self.coverage.set_option("run:core", "sysmon")
        self.returns = returns.observer()
        self.focus = focus.Focus()
        self.goes_on = False
        self.had_trace = False
        # Everything that coverage sets up once is set up by its first start.
        self.coverage.start()
        self.coverage.stop()
        atexit.unregister(self.coverage._atexit)

    def go_on(self):
        """Measures from now on, where that spares the suite's process work."""
        if REWRITES and not self.goes_on:
            self.goes_on = True
            self.coverage.start()

    def stand_still(self):
        """Measures nothing until it is started again."""
        if self.goes_on:
            self.goes_on = False
            self.coverage.stop()

    def begin(self, job):
        """Measures the code files only; coverage takes no other files once it is set up."""
        self.sources = job["src"]
        self.coverage._inorout.include_match = Exactly(os.path.join(self.sources, path) for path in job["code"])
        self.returns.begin(job)

    def start(self, calls_tests_only):
        """Measures all that comes, or with nothing in the box but tests and code only where these run."""
        if not self.goes_on:
            self.coverage.start()
        self.returns.measure()
        self.had_trace = is_traced()
        if calls_tests_only:
            self.focus.begin()

    def enter_test(self):
        self.focus.on()
        self.returns.start()

    def leave_test(self, error):
        """The test is over; what pytest says of an error is only of interest where the box words it."""
        self.returns.stop()
        if error is None or not focus.words_itself(error):
            self.focus.off()

    def stop(self):
        """Ends it; gives whether coverage's tracer was where coverage had put it."""
        held = self.focus.end() and (not self.had_trace or is_traced())
        if not self.goes_on:
            self.coverage.stop()
        return held

    def lines(self):
        """Lines of the code files that ran since the last question, straight from coverage's collector."""
        found = {}
        for full, lines in self.coverage._collector.data.items():
            path = os.path.relpath(full, self.sources)
            found[path] = {line for line in lines if type(line) is int}
            lines.clear()
        return found

    def look_again(self):
        """Has lines told again that were told once; of this code only, as asking for all would rewrite what everything runs from."""
        if REWRITES and is_traced():
            self.returns.look_again()

    def forget(self, path):
        """Leaves nothing of a file that was measured."""
        self.coverage._collector.data.pop(path, None)
        self.coverage._collector.should_trace_cache.pop(path, None)


class Exactly:
    """Stands where coverage has patterns, and matches these paths only; a pattern would be compiled in every process."""

    def __init__(self, paths):
        self.paths = frozenset(paths)

    def match(self, path):
        return path in self.paths


def is_traced():
    """Whether coverage's tracer is where coverage put it."""
    if REWRITES:
        tool = sys.monitoring.COVERAGE_ID
        return sys.monitoring.get_tool(tool) is not None and sys.monitoring.get_events(tool) != 0
    return sys.gettrace() is not None
