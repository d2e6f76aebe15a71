"""Finds the tests of a module as pytest would, and runs them one by one.

Ids and order are pytest's, so that answers can be matched with evidence. A test that needs more than is known here is
told as unfit with the reason, never guessed at.
"""

from __future__ import annotations

import inspect
import itertools
import os
import re
import sys
import types
import unittest

import _saraphina_probe_fixtures as fixtures
import _saraphina_probe_stand_in as stand_in
from _saraphina_probe_rules import USUAL

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from _saraphina_probe_fixtures import Scene
    from _saraphina_probe_rules import Rules
    from _saraphina_probe_stand_in import Fixture, Mark, Parameters
    from _saraphina_types import Row, Source, Variant

MOST_CASES = 5_000
Unfit, Skipped = stand_in.Unfit, stand_in.Skipped
NO_FUNCTION = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
FUNCTIONS = (types.FunctionType, staticmethod, classmethod)


class Case:
    """One test: its id, how it runs, and what of it is not to be run here."""

    __slots__ = ("id", "unfit", "body", "marks")

    def __init__(self, id: str, body: Any, marks: Sequence[Mark], unfit: str | None = None) -> None:
        self.id, self.body, self.marks, self.unfit = id, body, marks, unfit


def collect(
    module: types.ModuleType, path: str, conftests: Sequence[types.ModuleType] = (), rules: Rules = USUAL
) -> tuple[list[Case], Scene]:
    """The tests of a module, in order; fixtures of the conftest files above it are known."""
    known: dict[str, Fixture] = {}
    for above in conftests:
        known = fixtures.Scene(above, known).known
    scene = fixtures.Scene(module, known)
    scene.rules = rules
    names = module.__dict__
    marks = marks_of(module) + rules.marks
    is_plain = not (marks or scene.autouse or "setup_function" in names or "teardown_function" in names)
    found = []
    for name, value in list(names.items()):
        if type(value) is types.FunctionType:
            if not rules.is_test(name):
                continue
            if is_plain and not value.__dict__ and needs_nothing(value.__code__):
                found.append(Case(f"{path}::{name}", Plain(value), ()))
                continue
        elif not isinstance(value, type) and not rules.is_test(name):
            continue
        found += collected(name, value, f"{path}::{name}", scene, marks)
        if len(found) > MOST_CASES:
            raise Unfit("it has too many tests")
    return found, scene


def needs_nothing(code: types.CodeType) -> bool:
    """Tells whether a function can just be called: most tests can, and looking closer takes longer than they do."""
    return not (code.co_argcount or code.co_kwonlyargcount or code.co_flags & NO_FUNCTION)


class Plain:
    """A test function that needs nothing."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[], object]) -> None:
        self.function = function

    def run(self, scene: Scene) -> None:
        if None not in scene.begun:
            scene.begin(None)
        self.function()


def marks_of(target: Any) -> list[Mark]:
    own = target.__dict__.get("pytestmark", [])
    return list(own) if isinstance(own, (list, tuple)) else [own]


def collected(name: str, value: Any, id: str, scene: Scene, marks: list[Mark]) -> Iterator[Case]:
    if isinstance(value, type):
        if issubclass(value, unittest.TestCase):
            yield from of_testcase(value, id, scene, marks)
        elif scene.rules.is_class(name) and vars(value).get("__test__", True):
            yield from of_class(value, id, scene, marks)
    elif scene.rules.is_test(name) and callable(value) and not isinstance(value, stand_in.Fixture):
        if isinstance(value, types.FunctionType):
            yield from of_function(value, id, scene, marks, None)
        elif not isinstance(value, stand_in.Mark) and getattr(value, "__test__", True):
            yield Case(id, None, [], "it is no plain function")


def of_class(kind: Any, id: str, scene: Scene, marks: list[Mark]) -> Iterator[Case]:
    if "__init__" in vars(kind) or kind.__init__ is not object.__init__ or kind.__new__ is not object.__new__:
        return
    marks = [mark for base in kind.__mro__ for mark in marks_of(base)] + marks
    scene = scene.inner(kind)
    seen, layers = set(), []
    for base in kind.__mro__[:-1]:
        layers.append([(name, value) for name, value in vars(base).items() if name not in seen])
        seen.update(vars(base))
    for name, value in itertools.chain(*reversed(layers)):
        if isinstance(value, FUNCTIONS) and scene.rules.is_test(name):
            yield from of_function(value, f"{id}::{name}", scene, marks, kind)
        elif isinstance(value, type):
            yield from collected(name, value, f"{id}::{name}", scene, marks)


def of_function(function: Any, id: str, scene: Scene, marks: list[Mark], kind: type | None) -> Iterator[Case]:
    plain = getattr(function, "__func__", function)
    if getattr(plain, "__test__", True) is False:
        return
    if inspect.iscoroutinefunction(plain) or inspect.isasyncgenfunction(plain):
        yield Case(id, None, [], "it is asynchronous")
        return
    if inspect.isgeneratorfunction(plain):
        yield Case(id, None, [], "it is a generator")
        return
    marks = list(plain.__dict__.get("pytestmark", [])) + marks
    try:
        names = arguments(plain, kind is not None and not isinstance(function, staticmethod))
        for suffix, values, params, extra in variants(id, names, marks, scene):
            wanted = [name for name in names if name not in values]
            body = fixtures.Body(plain.__name__, scene, kind, (wanted, values, params), marks)
            scene.check(body)
            yield Case(f"{id}[{suffix}]" if suffix is not None else id, body, marks + extra)
    except Unfit as error:
        yield Case(id, None, [], str(error))


def arguments(function: Any, is_method: bool) -> list[str]:
    while hasattr(function, "__wrapped__") and not hasattr(function, "patchings"):
        function = function.__wrapped__
    if hasattr(function, "patchings"):
        raise Unfit("it is patched by a decorator")
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    names = names[: len(names) - len(function.__defaults__ or ())]
    keywords = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    names += tuple(name for name in keywords if name not in (function.__kwdefaults__ or {}))
    return list(names[1:] if is_method else names)


# Parameters


def variants(id: str, names: list[str], marks: list[Mark], scene: Scene) -> list[Variant]:
    """Every combination of parameters: the suffix of its id, values, parameters of fixtures, marks."""
    sources = [source_of_fixture(fixture) for fixture in scene.parametrised(names, marks)]
    sources += [source_of_mark(mark) for mark in marks if mark.name == "parametrize"]
    if not sources:
        return [(None, {}, {}, [])]
    taken = {name for _, _, of in sources for name in of}
    found: list[Variant] = []
    for combined in itertools.product(*(rows for rows, _, _ in sources)):
        values: dict[str, Any] = {}
        params: dict[str, Any] = {}
        extra, ids = [], []
        for (name_of_row, row_values, row_marks), (_, is_indirect, of) in zip(combined, sources):
            for name, value in zip(of, row_values):
                (params if is_indirect(name) else values)[name] = value
            ids.append(name_of_row)
            extra += row_marks
        found.append(("-".join(ids), values, params, extra))
    unknown = [name for name in taken if name not in names and not scene.knows(name)]
    if unknown:
        raise Unfit(f"it has no argument {unknown[0]}")
    return found


def source_of_fixture(fixture: Fixture) -> Source:
    rows = [
        (value if isinstance(value, stand_in.Parameters) else stand_in.param(value)) for value in fixture.params or ()
    ]
    return named(rows, [fixture.name], fixture.ids), lambda name: True, [fixture.name]


def source_of_mark(mark: Mark) -> Source:
    names, given = (list(mark.args) + [mark.kwargs.get("argnames"), mark.kwargs.get("argvalues")])[:2]
    if len(mark.args) == 1:
        given = mark.kwargs.get("argvalues")
    is_single = isinstance(names, str) and "," not in names
    names = [name.strip() for name in names.split(",") if name.strip()] if isinstance(names, str) else list(names)
    rows = []
    for value in given:
        if isinstance(value, stand_in.Parameters):
            rows.append(value)
        else:
            rows.append(stand_in.param(*([value] if is_single else value)))
    if not rows:
        raise Unfit("it has no parameters")
    if any(len(row.values) != len(names) for row in rows):
        raise Unfit("its parameters do not fit its names")
    indirect = mark.kwargs.get("indirect", mark.args[2] if len(mark.args) > 2 else False)
    ids = mark.kwargs.get("ids", mark.args[3] if len(mark.args) > 3 else None)
    return named(rows, names, ids), lambda name: indirect is True or (indirect and name in indirect), names


def named(rows: list[Parameters], names: list[str], ids: Any) -> list[Row]:
    given = None if ids is None or callable(ids) else list(itertools.islice(ids, len(rows)))
    made = []
    for index, row in enumerate(rows):
        chosen = row.id if row.id is not None else given[index] if given else None
        if chosen is not None:
            made.append(word(chosen, f"{names[0]}{index}"))
            continue
        parts = []
        for name, value in zip(names, row.values):
            told = ids(value) if callable(ids) else None
            parts.append(word(value if told is None else told, f"{name}{index}"))
        made.append("-".join(parts))
    return [(id, row.values, row.marks) for id, row in zip(distinct(made), rows)]


def word(value: object, otherwise: str) -> str:
    """A value in an id."""
    if isinstance(value, (str, bytes)):
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        text = text.encode("unicode_escape").decode("ascii")
        return "".join(symbol if " " <= symbol <= "~" else f"\\x{ord(symbol):02x}" for symbol in text)
    if value is None or isinstance(value, (float, int, bool, complex)):
        return str(value)
    if isinstance(value, re.Pattern):
        return word(value.pattern, otherwise)
    if type(value).__module__ == "enum" or "enum" in sys.modules and isinstance(value, sys.modules["enum"].Enum):
        return str(value)
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) else otherwise


def distinct(ids: list[str]) -> list[str]:
    if len(set(ids)) == len(ids):
        return ids
    taken, found = set(ids), []
    numbers: dict[str, int] = {}
    doubled = {id for id in ids if ids.count(id) > 1}
    for id in ids:
        while id in doubled:
            number = numbers.get(id, 0)
            numbers[id] = number + 1
            made = f"{id}{'_' if id[-1:].isdigit() else ''}{number}"
            if made not in taken:
                taken.add(made)
                id = made
        found.append(id)
    return found


# Cases of unittest


class Result(unittest.TestResult):
    """Keeps the exceptions themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.raised: list[Any] = []
        self.was_skipped = False

    def addError(self, test: unittest.TestCase, err: Any) -> None:  # noqa: N802
        self.raised.append(err[1])

    addFailure = addError  # noqa: N815

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: Any) -> None:  # noqa: N802
        if err is not None:
            self.raised.append(err[1])

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:  # noqa: N802
        self.was_skipped = True

    def addUnexpectedSuccess(self, test: unittest.TestCase) -> None:  # noqa: N802
        self.raised.append(stand_in.Failed("Unexpected success"))


class Method:
    """A test of a class of unittest, run by unittest."""

    def __init__(self, kind: type[unittest.TestCase], name: str) -> None:
        self.kind, self.name = kind, name

    def run(self, scene: Scene) -> None:
        result = Result()
        unittest.TestSuite([self.kind(self.name)]).run(result)
        if result.raised:
            raise result.raised[0]
        if result.was_skipped:
            raise Skipped("skipped")


def of_testcase(kind: type[unittest.TestCase], id: str, scene: Scene, marks: list[Mark]) -> Iterator[Case]:
    if not vars(kind).get("__test__", True) or kind is unittest.TestCase:
        return
    marks = [mark for base in kind.__mro__ for mark in marks_of(base)] + marks
    has_fixtures = any(isinstance(value, stand_in.Fixture) for base in kind.__mro__ for value in vars(base).values())
    for name in unittest.TestLoader().getTestCaseNames(kind):
        own = marks_of(getattr(kind, name)) + marks if hasattr(getattr(kind, name), "__dict__") else marks
        wants = has_fixtures or scene.autouse or any(mark.name == "usefixtures" for mark in own)
        unfit = "a class of unittest with fixtures" if wants else None
        yield Case(f"{id}::{name}", Method(kind, name), own, unfit)


# Running


def run(case: Case, scene: Scene) -> BaseException | None:
    """Runs a test and gives why it fails; nothing where it passes. A test that is skipped raises."""
    expected = None
    for mark in case.marks:
        if mark.name == "skip" or (mark.name == "skipif" and holds(mark, scene)):
            raise Skipped("it is skipped")
        if mark.name == "xfail" and expected is None and holds(mark, scene):
            expected = mark
    if expected is not None and expected.kwargs.get("run", True) is False:
        return None
    error = None
    try:
        case.body.run(scene)
    except (Skipped, unittest.SkipTest):
        raise Skipped("it skips itself") from None
    except stand_in.XFailed:
        return None
    except BaseException as raised:
        error = raised
    if expected is None:
        return error
    if error is None:
        return stand_in.Failed("[XPASS(strict)]") if expected.kwargs.get("strict", scene.rules.is_strict) else None
    kinds = expected.kwargs.get("raises")
    return None if kinds is None or isinstance(error, kinds) else error


def holds(mark: Mark, scene: Scene) -> bool:
    """Tells whether the condition of a mark is met; one without a condition is."""
    conditions = list(mark.args) + ([mark.kwargs["condition"]] if "condition" in mark.kwargs else [])
    if not conditions:
        return True
    known = {"os": os, "sys": sys, **scene.module.__dict__}
    return any(eval(item, known) if isinstance(item, str) else item for item in conditions)
