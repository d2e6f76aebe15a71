"""Finds assertions that look at less of an answer than there is, from syntax trees alone.

A text that the answer has to be a part of, a set in which answers change places, an expected text that is read as a
pattern, a form in which different kinds of values look alike, a mock that is held against itself.
"""

from __future__ import annotations

import ast
import re

import _saraphina_suite_mirrored as mirrored
from _saraphina_suite_nodes import FUNCTIONS, called, equated, every_node, names_in, root_of, targets, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from _saraphina_types import Function

MATCHING = ("match", "fullmatch", "search")
# What only those write who mean a pattern.
MEANT = re.compile(r"[\\\[\](){}|*+?^$]")
KEPT_CALLS = ("call_args", "call_args_list", "mock_calls", "method_calls")


def weak(tree: ast.Module, names: Set[str]) -> Iterator[int]:
    """Lines of such assertions in a test file; `names`: what it has of the code."""
    for node in every_node(tree):
        if is_lossy(node) or (isinstance(node, ast.Compare) and is_error_sought_outside(node)):
            yield getattr(node, "lineno", 0)
        if isinstance(node, ast.Compare) and is_mixed(node, names):
            yield node.lineno
    has_mocks = any(isinstance(node, ast.Attribute) and node.attr in KEPT_CALLS for node in every_node(tree))
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS):
            yield from of_table(function, names)
            yield from of_mocks(function) if has_mocks else ()


def of_table(function: Function, names: Set[str]) -> Iterator[int]:
    """Lines that make of a text of a table something else than what is expected."""
    columns = dict(texts_of(function))
    for node in within(function) if columns else ():
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and is_asked(node.left, names):
            if is_text(node.comparators[0], columns):
                yield node.lineno
        if isinstance(node, ast.Call) and is_pattern(node, columns, names):
            yield node.lineno


def of_mocks(function: Function) -> Iterator[int]:
    """Lines that hold the calls of a mock against what was read from the same mock."""
    values = {name: node.value for node in within(function) if isinstance(node, ast.Assign) for name in targets(node)}
    for node in within(function):
        sides = [mirrored.resolved(side, values) for side in equated(node)]
        if isinstance(node, ast.Call) and called(node).startswith("assert_called"):
            sides = [
                mirrored.resolved(node.func, values),
                mirrored.resolved(ast.Tuple([*node.args, *(item.value for item in node.keywords)]), values),
            ]
        if len(sides) == 2 and of_mock(sides[1]) and of_mock(sides[1]) & (of_mock(sides[0]) | owners(sides[0])):
            yield getattr(node, "lineno", 0)


def texts_of(function: Function) -> Iterator[tuple[str, list[str]]]:
    """Parameters whose values in a table are texts, each with these."""
    for mark in function.decorator_list:
        if not isinstance(mark, ast.Call) or called(mark) != "parametrize" or len(mark.args) < 2:
            continue
        listed = mark.args[0]
        parts = listed.elts if isinstance(listed, (ast.Tuple, ast.List)) else [listed]
        named = [name.strip() for part in parts for name in str(getattr(part, "value", "")).split(",")]
        rows = [list(getattr(row, "elts", [row])) for row in getattr(mark.args[1], "elts", [])]
        for place, name in enumerate(named):
            column = [getattr(row[place], "value", None) for row in rows if len(row) == len(named)]
            if column and all(isinstance(value, str) for value in column):
                yield name, [str(value) for value in column]


def is_asked(node: ast.expr, names: Set[str]) -> bool:
    """Tells whether something is an answer of the code as it came."""
    return isinstance(node, ast.Call) and root_of(node.func) in names


def is_text(node: ast.expr, columns: dict[str, list[str]]) -> bool:
    """Tells whether something is one text: whatever is a part of it is in it, and nothing at all is too."""
    return isinstance(node, ast.Name) and node.id in columns


def is_pattern(call: ast.Call, columns: dict[str, list[str]], names: Set[str]) -> bool:
    """Tells whether a text that was written as an answer is read as a pattern, in which a dot is anything."""
    if called(call) not in MATCHING or len(call.args) < 2 or not isinstance(call.args[0], ast.Name):
        return False
    texts = columns.get(call.args[0].id, [])
    is_meant = any(MEANT.search(text) for text in texts)
    return any("." in text for text in texts) and not is_meant and is_asked(call.args[1], names)


def is_mixed(node: ast.Compare, names: Set[str]) -> bool:
    """Tells whether several answers are compared as a set with several values: which belongs to which is lost."""
    if not isinstance(node.ops[0], ast.Eq) or len(node.ops) != 1:
        return False
    for one, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
        if isinstance(other, ast.Set) and len(other.elts) > 1:
            if isinstance(one, ast.Set) and sum(is_asked(item, names) for item in one.elts) > 1:
                return True
            if isinstance(one, ast.SetComp) and is_asked(one.elt, names):
                return True
    return False


def is_lossy(node: ast.AST) -> bool:
    """Tells whether values of any kind are written as texts, so that a date and its text are alike."""
    given = node.keywords if isinstance(node, ast.Call) and called(node) == "dumps" else []
    return any(item.arg == "default" and getattr(item.value, "id", "") in ("str", "repr") for item in given)


def is_error_sought_outside(node: ast.Compare) -> bool:
    """Tells whether an error is looked for where none is ever written: programs tell of errors in the other stream."""
    sought = getattr(node.left, "value", None)
    is_error = isinstance(sought, str) and (sought.startswith("Traceback") or sought.endswith("Error"))
    place = node.comparators[0]
    return is_error and isinstance(node.ops[0], ast.NotIn) and getattr(place, "attr", "") in ("stdout", "out")


def of_mock(node: ast.AST) -> set[str]:
    """Mocks of whose calls something is read, as they are written."""
    found = [item.value for item in ast.walk(node) if isinstance(item, ast.Attribute) and item.attr in KEPT_CALLS]
    return {ast.dump(item) for item in found}


def owners(node: ast.AST) -> set[str]:
    """What a method is called of."""
    return {ast.dump(node.value)} if isinstance(node, ast.Attribute) else set()


def is_pairs(function: Function) -> bool:
    """Tells whether a function gives a list of pairs, each of which is true."""
    given = [node.value for node in within(function) if isinstance(node, ast.Return)]
    made = (ast.ListComp, ast.GeneratorExp)
    return bool(given) and all(isinstance(node, made) and is_pair(node.elt) for node in given)


def is_pair(node: ast.expr) -> bool:
    return isinstance(node, (ast.Tuple, ast.List)) and bool(node.elts)


def idle(tree: ast.Module) -> Iterator[int]:
    """Lines that ask whether all pairs are true, which a pair always is."""
    giving = {node.name for node in tree.body if isinstance(node, FUNCTIONS) and is_pairs(node)}
    for node in every_node(tree):
        given = node.args[:1] if isinstance(node, ast.Call) and called(node) in ("all", "any") else []
        for item in given:
            is_made = isinstance(item, (ast.ListComp, ast.GeneratorExp)) and is_pair(item.elt)
            if is_made or (isinstance(item, ast.Call) and not names_in(item.func) - giving and called(item) in giving):
                yield item.lineno
