"""Every patch of what is private to CPython, pytest, coverage or pylint, with the versions that it was tried on.

A release of any of them can break such a patch without a word. So each one asks here whether all that it touches was
tried, and leaves everything as it is where it was not: a job then takes longer and comes to the same verdict. The table
is printed on `docs/design/guest.md`; a test holds the two equal, and another runs a suite without each patch.
"""

from __future__ import annotations

import importlib
import sys

CPYTHON = ("3.10", "3.11", "3.12", "3.13")
PYTEST = ("9.2.0",)
COVERAGE = ("7.16.2", "7.17.5")


class Patch:
    """What a patch touches, what is done instead of it, and the versions of each tool that it was tried on."""

    __slots__ = ("touches", "otherwise", "tried")

    def __init__(self, touches: str, otherwise: str, **tried: tuple[str, ...]) -> None:
        self.touches, self.otherwise, self.tried = touches, otherwise, tried


PATCHES = {
    "immortal": Patch(
        "the reference counts of all objects of a fork server",
        "forks copy the pages of what they count",
        cpython=("3.12", "3.13"),
    ),
    "huge": Patch(
        "the memory of a fork server, by `madvise`",
        "forks copy more page-table entries",
        cpython=CPYTHON,
    ),
    "prepared": Patch(
        "`_pytest.config._prepareconfig`, `Config._do_configure`, `Config._ensure_unconfigure`, `Session.from_config`",
        "`pytest.main` configures pytest in each process",
        pytest=PYTEST,
    ),
    "compiled": Patch(
        "`_pytest.assertion.rewrite._rewrite_test`",
        "pytest compiles the test files in each process",
        pytest=PYTEST,
    ),
    "injections": Patch(
        "`AssertionRewritingHook.exec_module`",
        "a finder before pytest's binds the names that tests forgot to import",
        pytest=PYTEST,
    ),
    "calls": Patch(
        "`HookImpl.function` of pytest's own `pytest_pyfunc_call`, `TestCaseFunction.runtest`",
        "of suites with a `conftest.py` or settings the reports alone are read",
        pytest=PYTEST,
    ),
    "shortcuts": Patch(
        "`rewrite.traverse_node`, `_pytest._code.code` (`getstatementrange_ast`, `findsource`, `Code.path`), "
        "`inspect.modulesbyfile`",
        "pytest looks for sources as it does anywhere",
        cpython=CPYTHON,
        pytest=PYTEST,
    ),
    "focus": Patch(
        "`_pytest.python.importtestmodule`; takes coverage's tracer away and puts it back",
        "coverage's tracer stays in place from the first line to the last",
        cpython=("3.10", "3.11"),
        pytest=PYTEST,
        coverage=COVERAGE,
    ),
    "collector": Patch(
        "`Coverage._collector`, `Coverage._inorout.include_match`, `Coverage._atexit`, "
        "`coverage.collector.short_stack`",
        "lines come from `Coverage.get_data`, where the code under test can write too",
        coverage=COVERAGE,
    ),
    "returns": Patch(
        "`coverage.sysmon.sys_monitoring`",
        "a profile function sees what functions return",
        cpython=("3.12", "3.13"),
        coverage=COVERAGE,
    ),
    "linter": Patch(
        "`PyLinter._astroid_module_checker`, `PyLinter.check`, `astroid.MANAGER.astroid_cache`",
        "each job sets pylint up",
        pylint=("4.1.4",),
    ),
}


def is_tried(name: str) -> bool:
    """Tells whether a patch was tried on everything that it touches, as it is installed here."""
    return all(version(tool) in versions for tool, versions in PATCHES[name].tried.items())


def version(tool: str) -> str:
    """Gives the version of a tool; nothing that was tried has the version of what cannot be imported."""
    if tool == "cpython":
        # A build without the global lock counts and traces otherwise.
        is_usual = sys.implementation.name == "cpython" and getattr(sys, "_is_gil_enabled", lambda: True)()
        return f"{sys.version_info[0]}.{sys.version_info[1]}" if is_usual else ""
    try:
        return str(importlib.import_module(tool).__version__)
    except Exception:  # whatever keeps a tool from being imported
        return ""
