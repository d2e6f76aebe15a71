"""Keeps coverage's tracer away from pytest's own frames, where nothing of the box can run.

Each line of what is traced costs, and most lines that run are pytest's. Where code is rewritten to be measured
(`sys.monitoring`) frames of others cost nothing, and all of this does nothing.
"""

from __future__ import annotations

import gc
import sys
import threading
import types
import typing
import unittest

import _saraphina_server_patches as patches
import _saraphina_suite_syntax as syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

ASKED_FOR = syntax.SETUPS | {"__getattr__", "__dir__"}
# Looking at these runs no code of whoever made them.
ATOMS = {bool, int, float, complex, str, bytes, type(None)}
INERT = ATOMS | {
    list,
    tuple,
    dict,
    set,
    frozenset,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.ModuleType,
}
TAKES_MORE = 0x04 | 0x08
WAITS = 0x20 | 0x80 | 0x200


class Focus:
    """Has the tracer of this thread in place where code of the box runs, once it is known where that is."""

    def __init__(self) -> None:
        self.tracer: Any = None
        self.held = self.is_on = self.was_on = self.is_whole = True
        self.can_follow = follow_imports(self)

    def begin(self) -> None:
        """The tracer is in place, and nothing of the box was imported."""
        self.tracer = sys.gettrace()
        self.thread = threading.get_ident()
        self.held = self.is_on = True
        if self.tracer is not None and self.can_follow:
            self.is_whole = False
            gc.callbacks.append(self.collect_garbage)
            self.off()

    def on(self) -> None:
        if not (self.is_on or self.is_whole):
            self.is_on = True
            sys.settrace(self.tracer)

    def off(self) -> None:
        if self.is_on and not self.is_whole:
            self.held = self.held and sys.gettrace() is not None
            self.is_on = False
            sys.settrace(None)

    def stay_on(self) -> None:
        """From now on anything may run code of the box."""
        self.on()
        self.is_whole = True

    def end(self) -> bool:
        """The tracer is where it was in the beginning; gives whether it was there whenever it should have been."""
        self.stay_on()
        if self.collect_garbage in gc.callbacks:
            gc.callbacks.remove(self.collect_garbage)
        return self.held

    def collect_garbage(self, phase: str, _: object) -> None:
        """What is collected may have code that runs at its end, wherever that comes.

        Other threads have tracers of their own.
        """
        if threading.get_ident() != self.thread:
            return
        if phase == "start":
            self.was_on = self.is_on
            self.on()
        elif not self.was_on:
            self.off()


def follow_imports(focus: Focus) -> bool:
    """Has the tracer in place while a test module is imported.

    It stays from then on where pytest will call more of the module than tests.
    """
    if not patches.is_tried("focus"):
        return False
    import _pytest.python

    plain = _pytest.python.importtestmodule

    def imported(*given: Any, **named: Any) -> Any:
        focus.on()
        module = plain(*given, **named)
        if focus.is_whole:
            return module
        if is_simple(module):
            focus.off()
        else:
            focus.stay_on()
        return module

    _pytest.python.importtestmodule = imported
    return True


def is_simple(module: types.ModuleType) -> bool:
    """Tells whether all that pytest will run of a test module is functions without parameters, marks or decorators."""
    return type(module) is types.ModuleType and all(map(is_harmless, vars(module), vars(module).values()))


def is_harmless(name: object, value: object) -> bool:
    if not isinstance(name, str) or name in ASKED_FOR or name.startswith("pytest"):
        return name == "pytest" and type(value) is types.ModuleType
    if type(value) is types.FunctionType:
        return not name.startswith("test") or is_bare(value)
    if type(value) is type:
        return not (name.startswith("Test") or issubclass(value, unittest.TestCase))
    return type(value) in INERT or type(value).__module__ == typing.__name__ or name in ("__loader__", "__spec__")


def is_bare(function: types.FunctionType) -> bool:
    code = function.__code__
    takes = code.co_argcount + code.co_kwonlyargcount
    return not (takes or vars(function) or code.co_flags & (TAKES_MORE | WAITS))


def words_itself(error: BaseException | None) -> bool:
    """Tells whether what an exception says, or one behind it, may be the work of the box."""
    behind = []
    while error is not None:
        is_plain = type(error).__module__ == "builtins" and not vars(error) and not hasattr(error, "exceptions")
        if not is_plain or isinstance(error, RecursionError) or not all(type(item) in ATOMS for item in error.args):
            return True
        behind.append(id(error))
        error = error.__context__ if error.__cause__ is None else error.__cause__
        if id(error) in behind:
            return True
    return False
