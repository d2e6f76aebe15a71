"""Finds assertions of objects that are true of themselves, and expectations that ask nothing.

A list of comparisons is true if each of them is false, a method that changes a list gives nothing to compare with, and
a context that nobody enters waits for no exception.
"""

from __future__ import annotations

import ast

import _saraphina_suite_careless as careless
import _saraphina_suite_weak as weak
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, targets, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from _saraphina_types import Function

    Places = Iterator[tuple[str, int]]

# What makes an iterator, which is true whatever it gives.
LAZY = {"map", "filter", "zip", "enumerate"}
EQUAL = ("assertEqual", "assertIs", "assertListEqual", "assertDictEqual", "assertSetEqual", "assertCountEqual")
# Methods that change a builtin object and give nothing.
CHANGING = {"sort", "append", "reverse", "update", "extend", "clear", "add", "discard", "insert", "remove"}
BUILT = {"list", "dict", "set", "sorted"}
DISPLAYS = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
# What waits for an exception, a warning or a line of a log, and how many arguments it has without a function to call.
WAITING = {
    "assertRaises": 1,
    "assertRaisesRegex": 2,
    "assertWarns": 1,
    "assertWarnsRegex": 2,
    "assertLogs": 2,
    "assertNoLogs": 2,
}
OF_PYTEST = {"raises": 1, "warns": 1, "deprecated_call": 0}


def places(tree: ast.Module) -> Places:
    """Kinds and lines of such places in a test file."""
    yield from of_truth(tree)
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS):
            yield from ((weak.WEAK, line) for line in compared_with_nothing(function, tree))
    yield from ((careless.IDLE, line) for line in unentered(tree))


# True of itself


def of_truth(tree: ast.Module) -> Places:
    own = {node.name for node in every_node(tree) if isinstance(node, FUNCTIONS)}
    lazy = LAZY - own - {name for node in every_node(tree) if isinstance(node, ast.stmt) for name in bound(node)}
    written = {name for node in tree.body if is_filled(getattr(node, "value", None)) for name in targets(node)}
    for node in every_node(tree):
        asked: list[ast.expr] = [node.test] if isinstance(node, ast.Assert) else []
        if isinstance(node, ast.Call) and called(node) == "assertTrue":
            asked = node.args[:1]
        for test in (part for one in asked for part in conditions(one)):
            if is_object(test, lazy):
                yield careless.IDLE, test.lineno
            elif isinstance(test, (ast.ListComp, ast.SetComp)) and is_of_answers(test):
                is_never_empty = all(is_written(part.iter, written) for part in test.generators)
                yield (careless.IDLE if is_never_empty else weak.WEAK), test.lineno


def bound(node: ast.stmt) -> Set[str]:
    names = node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else []
    return targets(node) | {item.asname or item.name for item in names}


def conditions(test: ast.expr) -> Iterator[ast.expr]:
    """What an assertion asks for, each by itself."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for part in test.values:
            yield from conditions(part)
    else:
        yield test


def is_object(test: ast.expr, lazy: Set[str]) -> bool:
    """Tells whether what is asserted is an object that is never false."""
    if isinstance(test, (ast.GeneratorExp, ast.Lambda)) or is_filled(test):
        return True
    return isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and test.func.id in lazy


def is_filled(node: ast.expr | None) -> bool:
    """Tells whether a list, a set or a dictionary is written with something in it."""
    items: Sequence[ast.expr | None] = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
    is_display = isinstance(node, (ast.List, ast.Set, ast.Tuple, ast.Dict))
    return is_display and any(item is not None and not isinstance(item, ast.Starred) for item in items)


def is_of_answers(test: ast.ListComp | ast.SetComp) -> bool:
    """Tells whether a list holds what comparisons say: it is true wherever there is one of them."""
    is_asked = isinstance(test.elt, ast.Compare) or (isinstance(test.elt, ast.UnaryOp) and is_negation(test.elt))
    return is_asked and not any(part.ifs for part in test.generators)


def is_negation(node: ast.UnaryOp) -> bool:
    return isinstance(node.op, ast.Not)


def is_written(table: ast.expr, written: Set[str]) -> bool:
    """Tells whether a table stands in the tests with a row in it."""
    if isinstance(table, ast.Call) and isinstance(table.func, ast.Attribute) and not table.args:
        table = table.func.value if table.func.attr in ("items", "values", "keys") else table
    return is_filled(table) or getattr(table, "id", "") in written


# Compared with nothing


def compared_with_nothing(function: Function, tree: ast.Module) -> Iterator[int]:
    """Lines where an answer is held against what a method of a list, a dictionary or a set gives, which is `None`."""
    values: dict[str, list[ast.expr]] = {}
    asked = [node for node in ast.walk(function) if called(node) in CHANGING]
    for node in [*tree.body, *ast.walk(function)] if asked else ():
        for name in targets(node) if isinstance(node, ast.Assign) else ():
            values.setdefault(name, []).append(node.value)  # type: ignore[attr-defined]
    built = {name for name, given in values.items() if all(map(is_builtin, given))}
    built -= {item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg)}
    empty = {name for name, given in values.items() if all(gives_nothing(item, built) for item in given)}
    for node in ast.walk(function):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.Is)) and len(node.ops) == 1:
            sides = [node.left, node.comparators[0]]
        elif isinstance(node, ast.Call) and called(node) in EQUAL:
            sides = node.args[:2]
        is_said = any(isinstance(side, ast.Constant) and side.value is None for side in sides)
        if not is_said and any(gives_nothing(side, built) or getattr(side, "id", "") in empty for side in sides):
            yield sides[0].lineno


def is_builtin(node: ast.expr) -> bool:
    return isinstance(node, DISPLAYS) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") in BUILT)


def gives_nothing(node: ast.expr, built: Set[str]) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    if not isinstance(function, ast.Attribute) or function.attr not in CHANGING:
        return False
    return is_builtin(function.value) or getattr(function.value, "id", "") in built


# Never entered


def unentered(tree: ast.Module) -> Iterator[int]:
    """Lines where an exception is expected of nothing, as its context is thrown away, or only asked whether it is."""
    imports = [node for node in every_node(tree) if isinstance(node, ast.ImportFrom) and node.module == "pytest"]
    known = {item.asname or item.name: item.name for node in imports for item in node.names}
    for body, is_open in careless.bodies(tree):
        for node in body:
            given = getattr(node, "value", None) if isinstance(node, ast.Expr) and is_open else None
            given = node.test if isinstance(node, ast.Assert) else given
            if given is not None and is_waiting(given, known):
                yield node.lineno
    for function in every_node(tree):
        if not isinstance(function, FUNCTIONS):
            continue
        used = list(uses(function))
        for item in within(function):
            if isinstance(item, ast.Assign) and len(targets(item)) == 1 == len(item.targets):
                if is_waiting(item.value, known) and not targets(item) & set(used):
                    yield item.lineno


def uses(function: Function) -> Iterator[str]:
    """Names that a function does more with than to ask whether they are anything."""
    pending: list[ast.AST] = [function]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Assert) and not isinstance(node.test, (ast.Call, ast.Attribute)):
            # What an assertion holds against something, or calls, is asked; the bare name is not.
            compared = node.test.left if isinstance(node.test, ast.Compare) else node.test
            if isinstance(compared, ast.Name):
                continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            yield from node.names
        pending.extend(ast.iter_child_nodes(node))


def is_waiting(node: ast.expr, known: dict[str, str]) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    if not isinstance(node, ast.Call) or any(item.arg in ("func", "callable", None) for item in node.keywords):
        return False
    most = None
    if isinstance(function, ast.Attribute):
        kinds = OF_PYTEST if getattr(function.value, "id", "") == "pytest" else {}
        kinds = WAITING if getattr(function.value, "id", "") == "self" else kinds
        most = kinds.get(function.attr)
    elif isinstance(function, ast.Name):
        most = OF_PYTEST.get(known.get(function.id, ""))
    return most is not None and len(node.args) <= most and not any(isinstance(item, ast.Starred) for item in node.args)
