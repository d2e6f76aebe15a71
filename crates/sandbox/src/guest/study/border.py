"""Watches a module at its border while tests run: what its users call, and what they get.

Calls with literal arguments miss what lives in objects, callbacks and long dialogues. The tests hold such dialogues,
so they are run with each text of the module, and what its public functions give from outside call to outside call is
compared, test by test. What a test asserts counts no more than that: a value that no assertion reads is seen as well.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import os
import sys
import threading

import _saraphina_study_inputs as inputs
import _saraphina_study_lines as lines_of
import _saraphina_study_shown as shown
import _saraphina_study_world as world

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Generator
    from typing import Any

    from _saraphina_probe_box import Tape
    from _saraphina_types import Job

MOST_EVENTS = 150
MOST_SHOWN = 200
MOST_WORDS = 30
MOST_STATE = 1_000
MOST_ITEMS = 50
# How deep state is looked at; values are looked at deeper.
STATE_DEPTH = 3
MOST_LINES = 3_000
# Methods that Python calls at moments that no user of a class decides, or through which wrapping goes in a circle.
LEFT = frozenset(
    "__new__ __del__ __getattr__ __getattribute__ __setattr__ __delattr__ __init_subclass__ __class_getitem__ "
    "__set_name__ __repr__ __hash__ __sizeof__ __reduce__ __reduce_ex__ __getstate__ __setstate__ __prepare__ "
    "__instancecheck__ __subclasscheck__ __subclasshook__".split()
)


class Border:
    """The public functions and methods of a module, wrapped so that calls from outside leave an event each."""

    def __init__(self, module: types.ModuleType, tell: Callable[[str, list[str], list[str]], None]) -> None:
        self.module, self.tell = module, tell
        self.thread = threading.get_ident()
        self.is_inside = False
        self.test = ""
        self.events: list[str] = []
        self.words: list[str] = []

    def wrap(self) -> None:
        for name, value in list(vars(self.module).items()):
            if name.startswith("_") or getattr(value, "__module__", None) != self.module.__name__:
                continue
            if inspect.isclass(value):
                for inner, held in list(vars(value).items()):
                    self.member(value, inner, held)
            elif inspect.isfunction(value):
                inputs.replace(name, value, self.watched(name, value))

    def member(self, owner: type, name: str, held: Any) -> None:
        if (name.startswith("_") and not name.endswith("__")) or name in LEFT:
            return
        whole = f"{owner.__name__}.{name}"
        wrapped: Any = None
        if inspect.isfunction(held):
            wrapped = self.watched(whole, held)
        elif type(held) in (staticmethod, classmethod) and inspect.isfunction(held.__func__):
            wrapped = type(held)(self.watched(whole, held.__func__))
        elif type(held) is property and inspect.isfunction(held.fget):
            wrapped = property(self.watched(whole, held.fget), held.fset, held.fdel, held.__doc__)
        if wrapped is not None:
            try:
                setattr(owner, name, wrapped)
            except (AttributeError, TypeError):  # a class that holds its members fast
                pass

    def watched(self, name: str, function: Any) -> Any:
        """The function, with an event for each call from outside."""

        @functools.wraps(function)
        def called(*given: Any, **named: Any) -> Any:
            if self.is_inside or threading.get_ident() != self.thread:
                return function(*given, **named)
            self.is_inside = True
            try:
                value = function(*given, **named)
            except BaseException as error:
                self.note(name, f"raises {type(error).__name__}", given)
                raise
            finally:
                self.is_inside = False
            if is_lazy(value):
                return self.items(name, value)
            self.note(name, value, given)
            return value

        return called

    def items(self, name: str, inner: Any) -> Generator[Any, None, Any]:
        """A generator that gives what something lazy gives, with an event for each of the first items."""
        for place in range(sys.maxsize):
            was, self.is_inside = self.is_inside, True
            try:
                item = next(inner)
            except StopIteration as end:
                return end.value
            except BaseException as error:
                self.note(name, f"raises {type(error).__name__}", ())
                raise
            finally:
                self.is_inside = was
            if place < MOST_ITEMS:
                self.note(name, item, ())
            yield item

    def note(self, name: str, value: Any, given: tuple[Any, ...]) -> None:
        if len(self.events) >= MOST_EVENTS:
            return
        was, self.is_inside = self.is_inside, True
        try:
            told = shown.shown(value)
            state = ", ".join(shown.shown(item, STATE_DEPTH) for item in given)[:MOST_STATE]
        except Exception:  # a value may refuse to be looked at
            told, state = "?", ""
        finally:
            self.is_inside = was
        whole = f"{name}\0{told}\0{state}"
        self.words.append(f"{name}() = {told[:MOST_SHOWN]}")
        self.events.append(hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:16])

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.test, self.events, self.words = nodeid, [], []

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.events.append(f"{report.when} {report.outcome}")
            self.words.append(f"the test {report.outcome}")

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.tell(self.test, self.events, self.words)


def is_lazy(value: Any) -> bool:
    """Whether a value gives its items only when they are asked for, and is of no class that somebody wrote."""
    kind = type(value)
    return kind.__module__ in ("builtins", "itertools") and hasattr(kind, "__next__")


def watch(job: Job, path: str, text: bytes, tape: Tape, is_traced: bool) -> None:
    """Runs the tests of the box with this text of a module; a frame for each test."""
    lines = lines_of.Lines(os.path.join(job["src"], path))

    def tell(test: str, events: list[str], words: list[str]) -> None:
        tape.say(t="watched", test=test, events=events, words=words[:MOST_WORDS], lines=lines.taken(MOST_LINES))

    border = entered(job, path, text, tell)
    if is_traced:
        sys.settrace(lines.trace)
    inputs.run_tests(job, border)


def first_other(job: Job, path: str, text: bytes, known: dict[str, list[str]], tape: Tape) -> None:
    """Runs tests with a text until one of them sees something else than is known."""

    def tell(test: str, events: list[str], words: list[str]) -> None:
        if test in known and known[test] != events:
            tape.say(t="mutant", by=-1)
            os._exit(0)

    try:
        border = entered(job, path, text, tell)
    except BaseException:
        tape.say(t="mutant", by=-1)
        return
    inputs.run_tests(job, border)
    tape.say(t="mutant", by=None)


def entered(job: Job, path: str, text: bytes, tell: Callable[[str, list[str], list[str]], None]) -> Border:
    world.enter(job)
    border = Border(world.load(job, path, text), tell)
    border.wrap()
    return border


def of_tests(job: Job, tests: list[str]) -> Job:
    """The same job with these tests alone."""
    part = job.get("part")
    if part is None:
        return job
    chosen: Any = {**job, "part": {**part, "chosen": tests}}
    return chosen  # type: ignore[no-any-return]


def is_watched(frame: dict[str, Any]) -> bool:
    """Whether a process told of a test in the right form."""
    lists = [frame.get("events"), frame.get("words"), frame.get("lines")]
    return isinstance(frame.get("test"), str) and all(isinstance(one, list) for one in lists)


def difference(test: str, old: dict[str, Any], new: dict[str, Any]) -> dict[str, str] | None:
    """The first event of a test that differs between two texts, in words."""
    before, now = old["events"], new["events"]
    if before == now:
        return None
    shorter = min(len(before), len(now))
    place = next((place for place in range(shorter) if before[place] != now[place]), shorter)
    return {"call": f"in {test}", "old": said(old, place), "new": said(new, place)}


def said(seen: dict[str, Any], place: int) -> str:
    words = seen["words"]
    return str(words[place]) if place < len(words) else "nothing more"
