"""Sees tests raise where nothing of the box stands between them and pytest.

A `conftest.py` may rightly change what pytest does: mark, skip, repeat, report in another way. Its hooks stand around
the call of a test, so one of them could also swallow what the test raised. This looks within all hooks, at pytest's own
call of the body; the engine holds it against the report (`evidence/transcript.rs`).
"""

from __future__ import annotations

import functools

import _saraphina_server_patches as patches
import _saraphina_suite_outcomes as outcomes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import pytest
    from _saraphina_types import Send

# The plug-in of pytest's own that calls the functions of tests.
CALLER = "python"


class Calls:
    """Tells when a test raised, and when it later held, as where somebody has it tried again."""

    def __init__(self, send: Send) -> None:
        self.send = send
        # By name, what was called: only the same holds where it raised before.
        self.raised: dict[str, object] = {}

    def look_within(self, config: pytest.Config) -> None:
        """Looks from now on, where pytest is one whose inside is known."""
        if not patches.is_tried("calls"):
            return
        from _pytest import unittest

        for found in config.pluginmanager.hook.pytest_pyfunc_call.get_hookimpls():
            if found.plugin_name == CALLER:
                found.function = self.around(found.function)  # type: ignore[misc]
        case: Any = unittest.TestCaseFunction
        case.runtest = self.around_case(case.runtest)

    def around(self, call: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(call)
        def called(pyfuncitem: pytest.Function) -> object:
            try:
                result = call(pyfuncitem)
            except BaseException as error:
                self.note(pyfuncitem, error)
                raise
            self.note(pyfuncitem, None)
            return result

        return called

    def around_case(self, run: Callable[[Any], None]) -> Callable[[Any], None]:
        """A case of `unittest` raises nothing; what it raised lies in it until pytest words it."""

        @functools.wraps(run)
        def ran(item: Any) -> None:
            run(item)
            infos = getattr(item, "_excinfo", None) or [None]
            self.note(item, infos[0] and infos[0].value)

        return ran

    def note(self, item: pytest.Item, error: BaseException | None) -> None:
        name, body = outcomes.named(item.nodeid), code_of(getattr(item, "obj", None))
        if error is not None and not is_set_aside(error):
            self.raised.setdefault(name, body)
            self.send(t="raised", id=name)
        elif error is None and name in self.raised and self.raised[name] is body:
            del self.raised[name]
            self.send(t="held", id=name)


def code_of(function: object) -> object:
    """What a test runs, however it is bound; each try may bind it anew."""
    while True:
        inner = getattr(function, "__wrapped__", None) or getattr(function, "__func__", None)
        if inner is None:
            return getattr(function, "__code__", function)
        function = inner


def is_set_aside(error: BaseException) -> bool:
    """Tells whether somebody who raises this wants a test neither passed nor failed."""
    import unittest

    import pytest

    return isinstance(error, (pytest.skip.Exception, pytest.xfail.Exception, pytest.exit.Exception, unittest.SkipTest))
