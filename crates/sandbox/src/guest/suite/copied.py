"""Finds snapshots that share what they are compared with: a list that is copied holds the same rows as before.

A test that data stay as they were keeps them first. Where it keeps the same object, or a copy of the outermost level of
nested ones, what the code changes further inside is changed in both.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called, every_node, root_of, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Function

BUILT = {"list", "dict", "set", "copy"}
DISPLAYS = (ast.List, ast.Dict, ast.Set)
DEEPEST = 10


def copied(tree: ast.Module) -> Iterator[int]:
    """Lines of tests that hold data against such a snapshot, after something was called with them."""
    functions = {node.name: node for node in every_node(tree) if isinstance(node, FUNCTIONS)}
    constants = {name: node.value for node in tree.body if isinstance(node, ast.Assign) for name in targets(node)}
    for test in functions.values():
        if not test.name.startswith("test"):
            continue
        given = {item.arg: returned(functions.get(item.arg)) for item in test.args.args}
        local = {name: node.value for node in ast.walk(test) if isinstance(node, ast.Assign) for name in targets(node)}
        bound = {**constants, **given, **local}
        handed = {getattr(item, "id", "") for node in ast.walk(test) if is_asked(node) for item in node.args}  # type: ignore[attr-defined]
        for node in ast.walk(test):
            if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
                left, right = root_of(node.left), root_of(node.comparators[0])
                for data, kept in ((left, right), (right, left)):
                    source, levels = origin(bound.get(kept))
                    if data in handed and source == data and levels < depth(bound.get(data), functions):
                        yield node.lineno
                        break


def returned(function: Function | None) -> ast.expr | None:
    """What a fixture or a helper gives, where it does nothing else."""
    body = [node for node in function.body if not isinstance(node, ast.Expr)] if function else []
    return body[0].value if len(body) == 1 and isinstance(body[0], ast.Return) else None


def is_asked(node: ast.AST) -> bool:
    """Tells whether a call may be one of the code."""
    return isinstance(node, ast.Call) and called(node) not in BUILT | {"deepcopy", "len", "sorted", "str", "repr"}


def origin(node: ast.expr | None) -> tuple[str, int]:
    """The name of what a snapshot was made of, and how many levels of it are copied."""
    if isinstance(node, ast.Name):
        return node.id, 0
    if isinstance(node, ast.Call) and called(node) in BUILT:
        inner = node.func.value if isinstance(node.func, ast.Attribute) and not node.args else None
        inner = node.args[0] if len(node.args) == 1 else inner
        return (inner.id, 1) if isinstance(inner, ast.Name) else ("", 0)
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice) and isinstance(node.value, ast.Name):
        return node.value.id, 1
    if isinstance(node, ast.Dict) and node.keys == [None] and isinstance(node.values[0], ast.Name):
        return node.values[0].id, 1
    if isinstance(node, ast.ListComp) and isinstance(node.generators[0].iter, ast.Name):
        name, levels = origin(node.elt)
        if name and name == getattr(node.generators[0].target, "id", None):
            return node.generators[0].iter.id, levels + 1
    return "", 0


def depth(node: ast.expr | None, functions: dict[str, Function], level: int = 0) -> int:
    """How many levels of lists, dictionaries and sets are written out, one within the other."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and level < DEEPEST:
        return depth(returned(functions.get(node.func.id)), functions, level + 1)
    if not isinstance(node, DISPLAYS) or level >= DEEPEST:
        return 0
    items = node.values if isinstance(node, ast.Dict) else node.elts
    return 1 + max((depth(item, functions, level + 1) for item in items), default=0)
