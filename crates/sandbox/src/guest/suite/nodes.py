"""Asks single nodes of a syntax tree what several readings of it need to know."""

from __future__ import annotations

import ast
from weakref import WeakKeyDictionary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Function

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# What makes a container that can be filled.
MAKING = ("list", "dict", "set", "deque", "defaultdict", "OrderedDict", "Counter")

# What is under a module does not lead back to it, so a tree that nobody else holds goes from here too.
_FOUND: WeakKeyDictionary[ast.Module, tuple[ast.AST, ...]] = WeakKeyDictionary()


def every_node(tree: ast.Module) -> tuple[ast.AST, ...]:
    """All nodes under a module, outer ones first; gathered once, because a file is asked many things."""
    if tree not in _FOUND:
        _FOUND[tree] = tuple(ast.walk(tree))[1:]
    return _FOUND[tree]


def called(node: ast.AST | None) -> str:
    """The last name of what a call calls; nothing where this is no call, or calls what has no name."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", ""))


def name_of(node: ast.AST | None) -> str:
    """The last name of a name or an attribute; nothing of anything else."""
    return str(getattr(node, "attr", getattr(node, "id", "")))


def mark_of(decorator: ast.expr) -> str:
    """The last name of a decorator, whether or not it is called."""
    return name_of(decorator.func if isinstance(decorator, ast.Call) else decorator)


def equated(node: ast.AST) -> list[ast.expr]:
    """The two sides of an equality that a test asks for: `==`, or a method for it; nothing where it is none."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
        return [node.left, node.comparators[0]]
    is_method = isinstance(node, ast.Call) and called(node) in ("assertEqual", "assertEquals")
    return node.args[:2] if is_method and isinstance(node, ast.Call) and len(node.args) > 1 else []


def targets(node: ast.AST) -> set[str]:
    """Names that a statement assigns a value to."""
    found = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in found if isinstance(target, ast.Name)}


def listed(node: ast.AST) -> Iterator[str]:
    """Names that stand in texts, one in each or several between commas, as pytest takes them."""
    for item in ast.walk(node):
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            yield from (part.strip() for part in item.value.split(","))


def from_tables(function: Function) -> Iterator[str]:
    """Parameters that rows of a table are given to."""
    for mark in function.decorator_list:
        if called(mark) == "parametrize" and isinstance(mark, ast.Call) and mark.args:
            yield from listed(mark.args[0])


def within(function: Function) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions in it."""
    pending: list[ast.AST] = list(function.body)
    while pending:
        node = pending.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.Lambda)):
            pending.extend(ast.iter_child_nodes(node))


def names_in(node: ast.AST) -> set[str]:
    """Names that are read or bound anywhere in a node."""
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def root_of(node: ast.AST) -> str:
    """The name that a chain of attributes and items begins with: a value and a part of it belong to the same."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return str(getattr(node, "id", ""))
