"""Finds tests that try less than they seem to: expected values that only a message names, flows that are used up,
doubles that cannot tell how often they were asked.

A table of right answers looks like a table of checks, and a property with an oracle looks like hundreds of them. Where
no assertion reads the answer, or nothing is drawn but what the test already agrees with, wrong code is green beside it.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_loose import COMMON
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, from_tables, names_in, targets, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from _saraphina_types import Function

HARDLY = "properties_hardly_tried"
# What a column of right answers is called; others of a table may only be there to be read.
EXPECTED = re.compile(r"(^|_)(expect(ed|s|ation)?|want(ed)?)(_|$)")
# What shows a value, and compares nothing.
SHOWING = {"print", "debug", "info", "warning", "log", "note", "event"}
# What goes through all that it is given.
ENTIRELY = {"list", "tuple", "sorted", "set", "frozenset", "dict", "sum", "max", "min", "all", "join", "Counter"}
# With fewer values a property is an example.
FEWEST = 5


def unread(tree: ast.Module) -> Iterator[int]:
    """Lines of tests of which nothing but messages reads the column of expected values."""
    for test in every_node(tree):
        if isinstance(test, FUNCTIONS):
            given = set(from_tables(test))
            wanted = {name for name in given if EXPECTED.search(name)}
            if wanted and given != wanted and not wanted & set(read(test)):
                yield test.lineno


def read(test: Function) -> Iterator[str]:
    """Names that a test reads where it decides something; all of them where it hands its own names on."""
    pending: list[ast.AST] = list(test.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Assert):
            pending.append(node.test)
        elif called(node) == "locals":
            yield from (item.arg for item in ast.walk(test.args) if isinstance(item, ast.arg))
        elif called(node) not in SHOWING:
            if isinstance(node, ast.Name):
                yield node.id
            pending.extend(ast.iter_child_nodes(node))


def assumed(tree: ast.Module) -> Iterator[int]:
    """Lines where a property leaves out the values that its own assertion does not hold for."""
    for test in every_node(tree):
        if not isinstance(test, FUNCTIONS):
            continue
        asserted = [names_in(node.test) for node in ast.walk(test) if isinstance(node, ast.Assert)]
        for node in ast.walk(test):
            if isinstance(node, ast.Call) and called(node) == "assume" and node.args:
                known = names_in(node.args[0])
                if any(len(asked) > 1 and asked <= known for asked in asserted):
                    yield node.lineno


def flows_of(files: Iterable[ast.Module]) -> set[str]:
    """Functions of the code that give generators, whatever has their name."""
    known = [function for file in files for function in functions(file)]
    given = {function.name for function in known if is_flow(function)} - COMMON
    return given - {function.name for function in known if not is_flow(function)}


def used_up(tree: ast.Module, flows: Set[str]) -> Iterator[int]:
    """Where a test goes through what a generator of the code gave a second time: then there is nothing left of it."""
    walkers = ENTIRELY | {function.name for function in functions(tree) if flows and goes_through(function)}
    for function in functions(tree) if flows else ():
        kept = [node for node in ast.walk(function) if isinstance(node, ast.Assign) and called(node.value) in flows]
        for name in sorted({name for node in kept for name in targets(node)}):
            binds = [node for node in ast.walk(function) if getattr(node, "id", "") == name and is_stored(node)]
            uses = sorted(walks(function, name, walkers)) if len(binds) == 1 else []
            if len(uses) > 1:
                yield uses[1][0]


def uncounted(tree: ast.Module) -> Iterator[int]:
    """Where a stand-in of the tests that answers keeps what it was asked in a set alone: twice is once there."""
    for node in every_node(tree):
        methods = [item for item in node.body if isinstance(item, FUNCTIONS)] if isinstance(node, ast.ClassDef) else []
        inner = [item for method in methods for item in ast.walk(method)]
        if any(isinstance(item, ast.AugAssign) or called(item) in ("append", "update") for item in inner):
            continue
        kept = {item.targets[0].attr for item in inner if is_empty_set(item)}  # type: ignore[attr-defined]
        for method in methods:
            given = {item.arg for item in method.args.args[1:]}
            nodes = list(ast.walk(method))
            if any(isinstance(item, ast.Return) and item.value is not None for item in nodes):
                yield from (item.lineno for item in nodes if isinstance(item, ast.Call) and is_kept(item, kept, given))


def is_empty_set(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Attribute)):
        return False
    return called(node.value) == "set" and not getattr(node.value, "args", [node])


def is_kept(call: ast.Call, kept: Set[str], given: Set[str]) -> bool:
    owner = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "add" else None
    return getattr(owner, "attr", "") in kept and any(getattr(item, "id", "") in given for item in call.args)


def functions(tree: ast.Module) -> list[Function]:
    return [node for node in every_node(tree) if isinstance(node, FUNCTIONS)]


def is_flow(function: Function) -> bool:
    """Tells whether a function gives a generator to whoever calls it; what decorators make of it is not known."""
    has_yield = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in within(function))
    return has_yield and not function.decorator_list


def goes_through(function: Function) -> bool:
    """Tells whether a helper goes to the end of what it is given first."""
    given = function.args.args[:1]
    return bool(given) and not leaves(function) and any(walks(function, given[0].arg, ENTIRELY))


def walks(function: Function, name: str, walkers: Set[str]) -> Iterator[tuple[int, int]]:
    """Where a function goes through all that a name holds; whether nothing is left may be asked in so many words."""
    nodes = list(ast.walk(function))
    asked = {node.left for node in nodes if isinstance(node, ast.Compare) and is_nothing(node)}
    for node in nodes:
        source: ast.AST | None = None
        if isinstance(node, ast.comprehension) or (isinstance(node, ast.For) and not leaves(node)):
            source = node.iter
        elif isinstance(node, ast.Call) and node.args and called(node) in walkers:
            source = node.args[0] if node not in asked or called(node) not in ENTIRELY else None
        if isinstance(source, ast.Call) and called(source) == "enumerate" and source.args:
            source = source.args[0]
        if isinstance(source, ast.Name) and source.id == name:
            yield source.lineno, source.col_offset


def leaves(node: ast.AST) -> bool:
    """Tells whether a loop may end before what it goes through does."""
    return any(isinstance(inner, ast.Break) for inner in ast.walk(node))


def is_nothing(node: ast.Compare) -> bool:
    other = node.comparators[0]
    return isinstance(other, (ast.List, ast.Tuple)) and not other.elts


def is_stored(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def hardly(tree: ast.Module) -> Iterator[int]:
    """Lines of settings of Hypothesis by which it draws no values, or hardly any."""
    for node in every_node(tree):
        if isinstance(node, ast.Call) and called(node) in ("settings", "register_profile"):
            if any(is_hardly(item) for item in node.keywords):
                yield node.lineno


def is_hardly(given: ast.keyword) -> bool:
    value = given.value
    if given.arg == "max_examples":
        return isinstance(value, ast.Constant) and isinstance(value.value, int) and value.value < FEWEST
    phases = [getattr(item, "attr", getattr(item, "id", "")) for item in getattr(value, "elts", ())]
    return given.arg == "phases" and bool(phases) and "generate" not in phases
