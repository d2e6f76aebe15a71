"""Makes what tests ask for by name: fixtures of their module or class, and a few of pytest's own.

It is the small part of pytest's fixtures that most suites use. Anything else makes a test unfit, as a fixture that is
nearly right would give wrong hints.
"""

from __future__ import annotations

import collections
import inspect
import io
import itertools
import os
import pathlib
import shutil
import sys

import _saraphina_probe_stand_in as stand_in
from _saraphina_probe_monkeypatch import MonkeyPatch
from _saraphina_probe_rules import USUAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    import contextlib
    import types
    from collections.abc import Callable, Iterable, Sequence
    from typing import Any

    from _saraphina_probe_rules import Rules
    from _saraphina_probe_stand_in import Fixture, Mark
    from _saraphina_types import Ends, Given

Unfit = stand_in.Unfit
BUILT_IN = ("request", "tmp_path", "capsys", "monkeypatch")
LASTING = ("module", "class", "session", "package")
numbers = itertools.count()


class Scene:
    """The fixtures that a module or a class of it can see, and those of them that last."""

    def __init__(
        self,
        module: types.ModuleType,
        known: dict[str, Fixture] | None = None,
        kind: type | None = None,
        above: Scene | None = None,
    ) -> None:
        self.module, self.kind, self.above = module, kind, above
        self.known = dict(known or {})
        for owner in [module] if kind is None else reversed(kind.__mro__):
            for value in list(vars(owner).values()):
                if type(value) is stand_in.Fixture:
                    self.known[value.name] = value
        self.rules: Rules = USUAL if above is None else above.rules
        self.autouse = [fixture.name for fixture in self.known.values() if fixture.autouse]
        self.kept: dict[Any, Any] = {} if above is None else above.kept
        self.ends: Ends = [] if above is None else above.ends
        self.begun: set[type | None] = set() if above is None else above.begun

    def inner(self, kind: type) -> Scene:
        return Scene(self.module, self.known, kind, self)

    def knows(self, name: str) -> bool:
        return name in self.known or name in BUILT_IN

    def closure(self, names: Iterable[str], marks: Sequence[Mark]) -> list[str]:
        """Every fixture that is needed, those that nobody asked for first."""
        asked = [name for mark in marks if mark.name == "usefixtures" for name in mark.args]
        pending, found = self.autouse + asked + list(names), []
        while pending:
            name = pending.pop(0)
            if name in found or not self.knows(name):
                continue
            found.append(name)
            if name in self.known:
                pending += parameters(self.known[name])
        return found

    def parametrised(self, names: Iterable[str], marks: Sequence[Mark]) -> list[Fixture]:
        direct: set[str] = set()
        for mark in marks:
            if mark.name == "parametrize":
                given = mark.args[0] if mark.args else mark.kwargs.get("argnames", "")
                direct.update(name.strip() for name in (given.split(",") if isinstance(given, str) else given))
        wanted = [self.known[name] for name in self.closure(names, marks) if name in self.known and name not in direct]
        return [fixture for fixture in wanted if fixture.params is not None]

    def check(self, body: Body) -> None:
        wanted, values, _ = body.given
        for name in wanted + self.closure(wanted, body.marks):
            if not self.knows(name):
                raise Unfit(f"it asks for {name}")
            for needed in parameters(self.known[name]) if name in self.known else []:
                if not self.knows(needed) and needed not in values:
                    raise Unfit(f"it asks for {needed}")
            function = self.known[name].function if name in self.known else None
            if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
                raise Unfit("a fixture is asynchronous")

    def begin(self, kind: type | None) -> None:
        """Runs what a module or a class wants done before its first test."""
        if None not in self.begun:
            self.begun.add(None)
            names = self.module.__dict__
            before = names.get("setup_module") or names.get("setUpModule")
            after = names.get("teardown_module") or names.get("tearDownModule")
            self.pair(before, after, self.module)
        if kind is not None and kind not in self.begun:
            self.begun.add(kind)
            self.pair(getattr(kind, "setup_class", None), getattr(kind, "teardown_class", None), kind)

    def pair(self, before: object, after: object, given: object) -> None:
        if callable(after):
            self.ends.append(lambda: call(after, given))
        if callable(before):
            call(before, given)

    def end(self) -> None:
        """Undoes what lasted over the tests of the module."""
        while self.ends:
            self.ends.pop()()


def parameters(fixture: Fixture) -> list[str]:
    code = fixture.function.__code__
    names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    count = len(fixture.function.__defaults__ or ())
    names = names[: len(names) - count] if count else names
    return [name for name in names if name != "self" and name != "cls"]


def call(function: Any, *given: object) -> object:
    """Calls with as many of the arguments as the function takes."""
    plain = getattr(function, "__func__", function)
    count = plain.__code__.co_argcount - (1 if hasattr(function, "__self__") else 0)
    return function(*given[:count])


class Body:
    """A test function with its parameters."""

    def __init__(self, name: str, scene: Scene, kind: type | None, given: Given, marks: Sequence[Mark]) -> None:
        self.name, self.scene, self.kind, self.given, self.marks = name, scene, kind, given, marks

    def run(self, scene: Scene) -> None:
        Run(self).run()


class Run:
    """One run of a test: what was made for it, and how that is undone."""

    def __init__(self, body: Body) -> None:
        self.body, self.scene = body, body.scene
        self.made: dict[str, Any] = {}
        self.ends: Ends = []
        self.wanted, self.values, self.params = body.given
        self.instance = None

    def run(self) -> None:
        error = None
        try:
            self.begin()
            given = {name: self.find(name) for name in self.wanted}
            owner = self.instance if self.instance is not None else self.scene.module
            getattr(owner, self.body.name)(**given, **{name: self.values[name] for name in self.values})
        except BaseException as raised:
            error = raised
        while self.ends:
            try:
                self.ends.pop()()
            except BaseException as raised:
                error = error or raised
        if error is not None:
            raise error

    def begin(self) -> None:
        kind, names = self.body.kind, self.scene.module.__dict__
        self.scene.begin(kind)
        if kind is not None:
            self.instance = kind()
        for name in self.scene.closure([], self.body.marks):
            self.find(name)
        if kind is None:
            self.pair(
                names.get("setup_function"),
                names.get("teardown_function"),
                getattr(self.scene.module, self.body.name, None),
            )
        else:
            method = getattr(self.instance, self.body.name)
            for before, after in (("setup_method", "teardown_method"), ("setup", "teardown")):
                self.pair(getattr(self.instance, before, None), getattr(self.instance, after, None), method)

    def pair(self, before: object, after: object, given: object) -> None:
        before, after = (None if isinstance(item, stand_in.Fixture) else item for item in (before, after))
        if callable(after):
            self.ends.append(lambda: call(after, given))
        if callable(before):
            call(before, given)

    def find(self, name: str) -> Any:
        """The value of a fixture, made where it is not there yet."""
        if name in self.values:
            return self.values[name]
        if name in self.made:
            return self.made[name]
        fixture = self.scene.known.get(name)
        if fixture is None:
            value = self.built_in(name)
        elif fixture.scope in LASTING:
            value = self.lasting(fixture)
        else:
            value = self.make(fixture, self.ends)
        self.made[name] = value
        return value

    def lasting(self, fixture: Fixture) -> Any:
        key = fixture.name, repr(self.params.get(fixture.name)), id(self.body.kind) if fixture.scope == "class" else 0
        if key not in self.scene.kept:
            self.scene.kept[key] = self.make(fixture, self.scene.ends)
        return self.scene.kept[key]

    def make(self, fixture: Fixture, ends: Ends) -> Any:
        given = {}
        for name in parameters(fixture):
            given[name] = Request(self, fixture, ends) if name == "request" else self.find(name)
        function = fixture.function
        names = function.__code__.co_varnames
        if names[:1] in (("self",), ("cls",)) and function.__code__.co_argcount:
            function = function.__get__(self.instance)
        if not inspect.isgeneratorfunction(fixture.function):
            return function(**given)
        steps = function(**given)
        value = next(steps)
        ends.append(lambda: next(steps, None))
        return value

    def built_in(self, name: str) -> object:
        if name == "request":
            return Request(self, None, self.ends)
        if name == "monkeypatch":
            patch = MonkeyPatch()
            self.ends.append(patch.undo)
            return patch
        if name == "tmp_path":
            path = pathlib.Path(f"/tmp/probe-{os.getpid()}-{next(numbers)}")
            path.mkdir()
            self.ends.append(lambda: shutil.rmtree(path, ignore_errors=True))
            return path
        if name == "capsys":
            capture = Capture()
            self.ends.append(capture.end)
            return capture
        raise Unfit(f"it asks for {name}")


class Request:
    """What a fixture is told of the test that it is made for."""

    def __init__(self, run: Run, fixture: Fixture | None, ends: Ends) -> None:
        self.run, self.ends = run, ends
        self.fixturename = fixture.name if fixture is not None else None
        self.instance, self.cls, self.module = run.instance, run.body.kind, run.scene.module
        if fixture is not None and fixture.name in run.params:
            self.param = run.params[fixture.name]

    def getfixturevalue(self, name: str) -> Any:
        if not self.run.scene.knows(name) and name not in self.run.values:
            raise Unfit(f"it asks for {name}")
        return self.run.find(name)

    def addfinalizer(self, function: Callable[[], object]) -> None:
        self.ends.append(function)

    def __getattr__(self, name: str) -> Any:
        if name == "param" or name.startswith("__"):
            raise AttributeError(name)
        raise Unfit(f"it uses request.{name}")


CaptureResult = collections.namedtuple("CaptureResult", "out err")


class Capture:
    """The streams of a test as text."""

    def __init__(self) -> None:
        self.kept = sys.stdout, sys.stderr
        sys.stdout, sys.stderr = self.streams = io.StringIO(), io.StringIO()

    def readouterr(self) -> CaptureResult:
        told = CaptureResult(*(stream.getvalue() for stream in self.streams))
        for stream in self.streams:
            stream.seek(0)
            stream.truncate()
        return told

    def disabled(self) -> contextlib.AbstractContextManager[None]:
        import contextlib

        return contextlib.nullcontext()

    def end(self) -> None:
        sys.stdout, sys.stderr = self.kept
