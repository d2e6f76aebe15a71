"""Finds what tests put in the place of the very thing that they test, from syntax trees alone.

A method that works out an answer, which other tests ask for, needs no stand-in; and a module that is planted where the
code would do without it keeps the code's own way from ever being run.
"""

from __future__ import annotations

import ast

from _saraphina_suite_handed import computes, does_something, exchanged, outside, told
from _saraphina_suite_nodes import called, every_node, root_of, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

# What lists, tables and texts answer without a collaborator.
PLAIN = frozenset(
    "append add get items keys pop setdefault values strip split join lower upper startswith endswith".split()
)
# The object or class itself, which every method is given.
OWN = frozenset(("self", "cls"))
# A stand-in that hands the call on stands in for nothing.
HANDING_ON = ("wraps", "side_effect")


def stubbed(codes: list[ast.Module], tests: list[ast.Module]) -> Iterator[tuple[int, int]]:
    """The number of a test file and the line where it does so."""
    reckoned = {name for tree in codes for name in methods(tree)}
    spared = {name for tree in codes for name in done_without(tree)}
    for index, tree in enumerate(tests):
        asked = set(asserted(tree))
        bound = {name: node.value for node in tree.body if isinstance(node, ast.Assign) for name in targets(node)}
        is_absent = any(is_left_out(node) for node in every_node(tree))
        for node in every_node(tree):
            if isinstance(node, ast.Call) and is_stub(node, reckoned & asked):
                yield index, node.lineno
            if not is_absent:
                given = planted(node, spared)
                if given is not None and works(bound.get(getattr(given, "id", ""), given)):
                    yield index, getattr(node, "lineno", 0)


def methods(tree: ast.Module) -> Iterator[str]:
    """Methods of a file that work out an answer, and ask no collaborator for it."""
    outer = outside(tree)
    for function in (item for node in tree.body if isinstance(node, ast.ClassDef) for item in node.body):
        if does_something(function) and computes(function, OWN) and not any(map(is_asking, ast.walk(function))):
            if not outer & {item.id for item in ast.walk(function) if isinstance(item, ast.Name)}:
                yield function.name  # type: ignore[attr-defined]


def is_asking(node: ast.AST) -> bool:
    """Tells whether a call goes to what an object holds: `self.client.fetch()`, `self.clock()`."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return isinstance(node, ast.Await)
    owner = node.func.value
    return isinstance(owner, ast.Attribute) and root_of(owner) == "self" and node.func.attr not in PLAIN


def asserted(tree: ast.Module) -> Iterator[str]:
    """Methods whose answers tests assert."""
    for node in every_node(tree):
        if isinstance(node, ast.Assert):
            for item in ast.walk(node):
                if isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute):
                    yield item.func.attr


def is_stub(call: ast.Call, names: Set[str]) -> bool:
    return exchanged(call) in names and not any(item.arg in HANDING_ON for item in call.keywords)


def done_without(tree: ast.Module) -> Iterator[str]:
    """Modules whose import may fail, since the code has its own way."""
    for node in every_node(tree):
        for item in node.body if isinstance(node, ast.Try) else ():
            if isinstance(item, ast.ImportFrom) and item.module:
                yield item.module
            elif isinstance(item, ast.Import):
                yield from (name.name for name in item.names)


def planted(node: ast.AST, names: Set[str]) -> ast.expr | None:
    """What is put among the loaded modules under one of these names."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Subscript) and told_modules(target.value) and text(target.slice) in names:
                return node.value
    if not isinstance(node, ast.Call) or not node.args or not told_modules(node.args[0]):
        return None
    for item in node.keywords:
        if item.arg in names:
            return item.value
    if len(node.args) > 2 and text(node.args[1]) in names:
        return node.args[2]
    for table in node.args[1:2]:
        if isinstance(table, ast.Dict):
            return next((value for key, value in zip(table.keys, table.values) if text(key) in names), None)
    return None


def told_modules(node: ast.expr) -> bool:
    """Tells whether this is `sys.modules`, or its name as a text."""
    return getattr(node, "attr", "") == "modules" or text(node) == "sys.modules"


def text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def is_left_out(node: ast.AST) -> bool:
    """Tells whether a test has a module missing, so that the code's own way is tried too."""
    if isinstance(node, ast.Call) and node.args and told_modules(node.args[0]):
        return "value=None" in told(node)
    is_put = isinstance(node, ast.Assign) and any(map(told_modules, ast.walk(node)))  # type: ignore[arg-type]
    return is_put and "value=None" in told(node)


def works(node: ast.expr) -> bool:
    """Tells whether a stand-in does something by itself: it has functions, and is no mock."""
    parts = list(ast.walk(node))
    is_mock = any("Mock" in called(part) for part in parts if isinstance(part, ast.Call))
    given = [item.value for part in parts if isinstance(part, ast.Call) for item in part.keywords]
    return not is_mock and any(isinstance(item, (ast.Attribute, ast.Lambda)) or computes(item) for item in given)
