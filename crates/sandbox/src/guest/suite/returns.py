"""Names the types of values that functions of the subject return, seen in a bounded sample of calls.

Controls fill empty functions with values of these types, as a stub that returns `None` where a list is expected fails
for the wrong reason. On Python 3.12 and newer it listens where coverage does; else a profile function looks, for a
bounded number of events.
"""

from __future__ import annotations

import os
import sys
import types

import _saraphina_server_patches as patches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from _saraphina_types import Job

# Python 3.12 and later.
monitoring: Any = getattr(sys, "monitoring", None)
KNOWN = {bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset}
# Values of the standard library that cannot change.
VALUES = {
    ("decimal", "Decimal"),
    ("fractions", "Fraction"),
    ("datetime", "date"),
    ("datetime", "datetime"),
    ("datetime", "timedelta"),
}
IS_GENERATOR = 0x20
EVENTS_PER_TEST = 5_000
EVENTS_PER_RUN = 200_000
CALLS_PER_FUNCTION = 1_000


def observer() -> Profiled | Monitored:
    return Monitored() if patches.is_tried("returns") else Profiled()


class Profiled:
    """Looks at all that runs, while tests do."""

    def __init__(self) -> None:
        self.hook = self.note

    def begin(self, job: Job) -> None:
        self.files = files_of(job)
        self.seen: dict[str, dict[int, str]] = {}
        self.left = EVENTS_PER_RUN
        self.left_here = 0

    def measure(self) -> None:
        """Coverage and this have nothing to do with each other."""

    def start(self) -> None:
        self.left_here = min(EVENTS_PER_TEST, self.left)
        if self.left_here > 0 and sys.getprofile() is None:
            sys.setprofile(self.hook)

    def stop(self) -> None:
        if sys.getprofile() is self.hook:
            sys.setprofile(None)

    def look_again(self) -> None:
        """Has events told again that were told once: those of everything, as nobody kept what was asked for."""
        monitoring.restart_events()

    def note(self, frame: types.FrameType, event: str, value: object) -> None:
        self.left -= 1
        self.left_here -= 1
        if self.left_here <= 0:
            sys.setprofile(None)
            return
        path = self.files.get(frame.f_code.co_filename) if event == "return" else None
        if path is None:
            return
        kind = "generator" if frame.f_code.co_flags & IS_GENERATOR else kind_of(value)
        if kind:
            self.seen.setdefault(path, {}).setdefault(frame.f_code.co_firstlineno, kind)


class Monitored:
    """Is told of returns where coverage is told of lines; all else runs as if nobody looked.

    A profile function would have every code object rewritten that runs while there is one, in each process anew.
    """

    def __init__(self) -> None:
        from coverage import sysmon

        self.asked = monitoring.set_local_events
        sysmon.sys_monitoring = types.SimpleNamespace(**{**vars(monitoring), "set_local_events": self.set_local_events})

    def begin(self, job: Job) -> None:
        self.files = files_of(job)
        self.seen: dict[str, dict[int, str]] = {}
        self.left: dict[int, int] = {}
        self.codes: list[tuple[int, types.CodeType, int]] = []

    def measure(self) -> None:
        """Coverage has started."""
        monitoring.register_callback(monitoring.COVERAGE_ID, monitoring.events.PY_RETURN, self.note)

    def start(self) -> None:
        """A test begins as anything else does."""

    # A test ends as it begins: coverage listens all the time.
    stop = start

    def set_local_events(self, tool: int, code: types.CodeType, events: int) -> None:
        """Stands where coverage asks for the lines of a code object, when that runs for the first time."""
        if code.co_flags & IS_GENERATOR:
            self.keep(code, "generator")
        elif self.files:
            events |= monitoring.events.PY_RETURN
        self.codes.append((tool, code, events))
        self.asked(tool, code, events)

    def look_again(self) -> None:
        """Has events told again that were told once."""
        for tool, code, events in self.codes:
            self.asked(tool, code, 0)
            self.asked(tool, code, events)

    def note(self, code: types.CodeType, _: int, value: object) -> object:
        left = self.left[id(code)] = self.left.get(id(code), CALLS_PER_FUNCTION) - 1
        if kind := kind_of(value):
            self.keep(code, kind)
            left = self.left[id(code)] = 0
        return None if left > 0 else monitoring.DISABLE

    def keep(self, code: types.CodeType, kind: str) -> None:
        path = self.files.get(code.co_filename)
        if path is not None:
            self.seen.setdefault(path, {}).setdefault(code.co_firstlineno, kind)


def kind_of(value: object) -> str:
    """The name of a type of plain values; "record" for a named tuple or a dataclass; nothing for all else.

    Nothing of the type itself is asked: it may be one that answers as it likes.
    """
    kind = type(value)
    if kind in KNOWN:
        return kind.__name__
    above = type.__getattribute__(kind, "__mro__")
    is_tuple = any(each is tuple for each in above)
    for each in above:
        held = type.__getattribute__(each, "__dict__")
        if (is_tuple and "_fields" in held) or ("__dataclass_params__" in held and "__eq__" in held):
            return "record"
    name = type.__getattribute__(kind, "__name__")
    return name if (type.__getattribute__(kind, "__module__"), name) in VALUES else ""


def files_of(job: Job) -> dict[str, str]:
    if job.get("part"):
        # Only controls make use of what functions return.
        return {}
    return {os.path.join(job["src"], path): path for path in job["code"]}
