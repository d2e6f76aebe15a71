"""Reads the outcome of a test from pytest's reports of its phases.

`session.py` tells one outcome for each test, where pytest reports set-up, call and tear-down. A test whose body never
ran has not passed, whatever its reports say, so that is told apart.
"""

from __future__ import annotations

import unittest
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pytest

MESSAGE_BYTES = 8 * 1024
MOST_NAME = 1_000


def is_failure(item: pytest.Item, error: BaseException) -> bool:
    """Tells whether pytest reports a test that raised this as failed."""
    import pytest

    set_aside = (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception, unittest.SkipTest)
    return isinstance(error, Exception | pytest.fail.Exception) and not (
        isinstance(error, set_aside) or item.get_closest_marker("xfail")
    )


def named(node: str) -> str:
    """The name of a test; a longer one is cut, and stays another than those that begin alike."""
    if len(node) <= MOST_NAME:
        return node
    return f"{node[: MOST_NAME - 10]}~{zlib.crc32(node.encode('utf-8', 'surrogatepass')):08x}"


def bounded(text: str) -> str:
    data = text.encode("utf-8", "backslashreplace")
    if len(data) > MESSAGE_BYTES:
        data = data[: MESSAGE_BYTES // 2] + b"\n[...]\n" + data[-MESSAGE_BYTES // 2 :]
    return data.decode("utf-8", "replace")


def judge(reports: list[pytest.TestReport]) -> tuple[str, str, bool]:
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


def is_ended_by(reports: list[pytest.TestReport], files: list[str]) -> bool:
    """Tells whether a line of these files ended a test as skipped: what skips is a matter of the tests."""
    places = [report.longrepr[0] for report in reports if report.skipped and isinstance(report.longrepr, tuple)]
    return any(place in files for place in places)


def skipped_parts(reports: list[pytest.TestReport]) -> tuple[int, str]:
    """How many parts of a test (subtests) were skipped, and why the first of them was."""
    parts = [report for report in reports if report.skipped and is_part(report) and not hasattr(report, "wasxfail")]
    return len(parts), reason(parts[0]) if parts else ""


def is_part(report: pytest.TestReport) -> bool:
    return type(report).__name__ == "SubtestReport" or type(report).__name__ == "SubTestReport"


def reason(report: pytest.TestReport) -> str:
    declared = getattr(report, "wasxfail", "")
    if declared:
        return str(declared)
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    return report.longreprtext
