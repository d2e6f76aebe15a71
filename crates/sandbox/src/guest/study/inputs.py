"""Makes calls for a module: those that its tests make, and those that its signatures and literals suggest.

A call is a function or method of the module, with literals for arguments. It is an input and no expectation: what the
old text answers is the measure of the new one.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import random
import sys

import _saraphina_controls_values as values
import _saraphina_study_shown as shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Iterator
    from typing import Any

    from _saraphina_types import Job, Made

MOST_OF_ONE = 30
MOST_RECORDED = 25
MOST_CODED = 4_000
MOST_KEPT = 2_000
# Files that lie in the folder of every call, by name.
CORPUS = {
    "data.csv": "name,count\nann,3\nbob,4\n",
    "data.json": '{"name": "ann", "items": [1, 2, 3]}\n',
    "data.txt": "first line\nsecond line 42\n",
    "empty.txt": "",
    "pyproject.toml": '[tool.sample]\nname = "sample"\n',
}
NUMBERS = [0, 1, -1, 2, 3, 10, 100, 0.5, -2.5]
TEXTS = ["", "a", "abc", "Hello World", "1", "1,2,3", "a=b", "x y  z", "data.txt", "{}", "é", "A-b_c"]
LISTS: list[Any] = [[], [1], [3, 1, 2], [1, 1, 2], ["b", "a"], [[1, 2], [3]], [0, -1, 5, 2], [("a", 1), ("b", 2)]]
DICTS: list[Any] = [{}, {"a": 1}, {"a": 1, "b": {"c": [1, 2]}}, {"name": "ann", "count": 3}]
TRUTHS = [True, False]
PATHS = ["data.csv", "data.json", "data.txt", "empty.txt", "missing.txt"]
BY_NAME: list[tuple[tuple[str, ...], list[Any]]] = [
    (("path", "file", "dir", "folder"), PATHS),
    (("count", "num", "size", "limit", "index", "width", "depth", "max", "min", "len", "n"), NUMBERS),
    (("text", "string", "name", "key", "word", "line", "sep", "prefix", "suffix", "pattern", "s"), TEXTS),
    (("items", "list", "values", "seq", "iterable", "args", "rows", "data"), LISTS),
    (("dict", "map", "mapping", "config", "options", "kwargs"), DICTS),
    (("is_", "has_", "strict", "reverse", "verbose", "flag"), TRUTHS),
]
BY_KIND: list[tuple[str, list[Any]]] = [
    ("bool", TRUTHS),
    ("int", NUMBERS[:7]),
    ("float", NUMBERS),
    ("path", PATHS),
    ("str", TEXTS),
    ("bytes", [b"", b"abc", b"\x00\xff"]),
    ("dict", DICTS),
    ("mapping", DICTS),
    ("list", LISTS),
    ("sequence", LISTS),
    ("iterable", LISTS),
    ("tuple", [tuple(item) for item in LISTS]),
    ("set", [set(), {1, 2}]),
]


def coded(given: tuple[Any, ...], named: dict[str, Any]) -> tuple[list[Any], dict[str, Any]] | None:
    """Arguments as plain JSON, where they are all literals and short."""
    places = [values.encode(item) for item in given]
    names = {name: values.encode(item) for name, item in named.items()}
    text = json.dumps([places, names])
    if len(text) > MOST_CODED or '"other"' in text:
        return None
    return places, names


def targets(module: types.ModuleType) -> Iterator[tuple[str, str, Any]]:
    """Public functions and methods of a module: the name of a class or nothing, the name, the function."""
    for name, value in sorted(vars(module).items()):
        if name.startswith("_") or getattr(value, "__module__", None) != module.__name__:
            continue
        if inspect.isclass(value):
            for inner, method in sorted(vars(value).items()):
                method = getattr(method, "__func__", method)
                if inspect.isfunction(method) and (not inner.startswith("_") or inner == "__init__"):
                    yield name, inner, method
        elif callable(value):
            yield "", name, value


class Recorder:
    """Writes down the calls that a suite makes of a module."""

    def __init__(self, module: types.ModuleType, say: Callable[[Made], None]) -> None:
        self.module, self.say = module, say
        self.counts: dict[str, int] = {}
        self.seen: set[str] = set()
        self.made: dict[int, Any] = {}
        self.kept: list[object] = []

    def wrap(self) -> None:
        for owner, name, function in list(targets(self.module)):
            if owner:
                place = getattr(self.module, owner)
                if inspect.isfunction(vars(place).get(name)):
                    setattr(place, name, self.method(owner, name, function))
            else:
                replace(name, function, self.function(name, function))

    def function(self, name: str, function: Any) -> Any:
        import functools

        @functools.wraps(function)
        def recorded(*given: Any, **named: Any) -> Any:
            self.note("", name, None, (given, named))
            return function(*given, **named)

        return recorded if inspect.isfunction(function) else function

    def method(self, owner: str, name: str, function: Any) -> Any:
        import functools

        @functools.wraps(function)
        def recorded(own: Any, *given: Any, **named: Any) -> Any:
            if name == "__init__":
                if len(self.kept) < MOST_KEPT:
                    self.kept.append(own)
                    self.made[id(own)] = coded(given, named)
                self.note(owner, "", coded(given, named), ((), {}))
            elif type(own).__name__ == owner:
                self.note(owner, name, self.made.get(id(own)), (given, named))
            return function(own, *given, **named)

        return recorded

    def note(self, owner: str, name: str, made: Any, arguments: tuple[Any, Any]) -> None:
        whole = f"{owner}.{name}"
        if self.counts.get(whole, 0) >= MOST_RECORDED or (owner and made is None and name):
            return
        try:
            found = coded(*arguments)
        except Exception:  # arguments are anything
            return
        if found is None or (owner and not name and made is None):
            return
        call: Made = {"owner": owner, "name": name, "made": list(made or ([], {})), "args": found[0], "named": found[1]}
        text = json.dumps(call, sort_keys=True)
        if text not in self.seen:
            self.seen.add(text)
            self.counts[whole] = self.counts.get(whole, 0) + 1
            self.say(call)


def replace(name: str, old: Any, new: Any) -> None:
    """Puts another function wherever the box holds this one, for packages give their names on."""
    for module in list(sys.modules.values()):
        held = getattr(module, "__dict__", None)
        if type(held) is dict and held.get(name) is old:
            held[name] = new


def run_tests(job: Job, *beside: object) -> None:
    """Runs the chosen tests of the box, for the calls that they make; other plug-ins look on."""
    import _saraphina_suite_settings as settings
    import pytest

    pytest.main(settings.arguments(job), plugins=[settings.Accepted(job), *beside])


def generated(module: types.ModuleType, text: bytes) -> Iterator[Made]:
    """Calls that signatures, annotations, names and literals suggest."""
    chance = random.Random(0)
    words = literals(text)
    for owner, name, function in targets(module):
        if owner and name == "__init__":
            for given in some(function, words, chance, 6, is_method=True):
                yield {"owner": owner, "name": "", "made": list(given), "args": [], "named": {}}
            continue
        init = vars(getattr(module, owner)).get("__init__") if owner else None
        methods = owner and inspect.isfunction(vars(getattr(module, owner)).get(name))
        for given in some(function, words, chance, MOST_OF_ONE, is_method=bool(methods)):
            made: Any = ([], {})
            if init is not None and inspect.isfunction(init):
                made = next(iter(some(init, words, chance, 1, is_method=True)), ([], {}))
            yield {"owner": owner, "name": name, "made": list(made), "args": given[0], "named": given[1]}


def literals(text: bytes) -> list[Any]:
    """Numbers and short texts of a source."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    plain = [item for item in found if type(item) in (int, float) or (type(item) is str and len(item) < 30)]
    return list(dict.fromkeys(plain))[:40]


def some(
    function: Any, words: list[Any], chance: random.Random, most: int, is_method: bool
) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return
    parameters = parameters[1:] if is_method else parameters
    places = [one for one in parameters if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD)]
    named = [one for one in parameters if one.kind == one.KEYWORD_ONLY]
    if any(one.kind == one.VAR_POSITIONAL for one in parameters):
        places.append(inspect.Parameter("values", inspect.Parameter.POSITIONAL_ONLY))
    seen = set()
    for turn in range(most * 3):
        needed = [one for one in places if one.default is one.empty or chance.random() < 0.5]
        needed = places[: len(needed)]
        given = tuple(chosen(one, words, chance, turn) for one in needed)
        keywords = {
            one.name: chosen(one, words, chance, turn)
            for one in named
            if one.default is one.empty or chance.random() < 0.3
        }
        found = coded(given, keywords)
        text = json.dumps(found)
        if found is not None and text not in seen:
            seen.add(text)
            yield found
            if len(seen) >= most:
                return


def chosen(parameter: inspect.Parameter, words: list[Any], chance: random.Random, turn: int) -> Any:
    """A value for a parameter: by its annotation, its default, its name, or any."""
    known = pool_of(parameter)
    any_pool: list[list[Any]] = [NUMBERS, TEXTS, LISTS, DICTS, TRUTHS, [None]]
    pool = chance.choice(any_pool) if known is None or chance.random() < 0.08 else known
    kinds = {type(item) for item in pool}
    fitting = [word for word in words if type(word) in kinds]
    if fitting and chance.random() < 0.4:
        return chance.choice(fitting)
    return pool[turn % len(pool)] if chance.random() < 0.5 else chance.choice(pool)


def pool_of(parameter: inspect.Parameter) -> list[Any] | None:
    if parameter.annotation is not parameter.empty:
        wanted = parameter.annotation
        text = (wanted if isinstance(wanted, str) else getattr(wanted, "__name__", None) or str(wanted)).lower()
        for kind, pool in BY_KIND:
            if kind in text:
                return list(pool)
    default = parameter.default
    if default is not parameter.empty and default is not None:
        kind = type(default).__name__
        found = next((pool for name, pool in BY_KIND if name == kind), None)
        if found is not None:
            return [default, *found]
    name = parameter.name.lower()
    for parts, pool in BY_NAME:
        if any(name == part or (len(part) > 1 and part in name) for part in parts):
            return list(pool)
    return None


def words_of(call: Made) -> str | None:
    """The call as source text, where it is one of a function."""
    if call["owner"]:
        return None
    places = [shown.literal(values.decode(item)) for item in call["args"]]
    named = {name: shown.literal(values.decode(item)) for name, item in call["named"].items()}
    if None in places or None in named.values():
        return None
    inner = ", ".join([*map(str, places), *(f"{name}={item}" for name, item in named.items())])
    return f"{call['name']}({inner})"


def fill(folder: str) -> None:
    """Lays the files of the corpus into a fresh folder."""
    for name, text in CORPUS.items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)
