"""Finds what tests set for every test: the time zone, the locale, the context of `decimal`.

Code that depends on one of them is right where it is tested and nowhere else. What tests try in several such settings,
each from a table or in its place, is no such thing.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called, every_node, name_of, root_of, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

PINNED = "environment_pinned"
SETTING = ("setcontext", "localcontext", "setlocale")
PUTTING = ("setenv", "setdefault", "putenv")
ZONE = "TZ"
# What runs before each test, or before all of them.
SETUPS = {
    "setUp",
    "setUpClass",
    "setUpModule",
    "setup_class",
    "setup_function",
    "setup_method",
    "setup_module",
    "pytest_configure",
    "pytest_sessionstart",
}


def pinned(tree: ast.Module) -> Iterator[int]:
    """Lines that set such a thing when a file is read, in a set-up, or in a fixture that nobody names."""
    zones = {text for node in every_node(tree) for text in zones_of(node)}
    if len(zones) > 1:
        return
    for statement in tree.body:
        if not isinstance(statement, (*FUNCTIONS, ast.ClassDef)):
            yield from settings(statement)
    for node in every_node(tree):
        if isinstance(node, FUNCTIONS) and (node.name in SETUPS or any(map(is_everywhere, node.decorator_list))):
            yield from settings(node)


def is_everywhere(decorator: ast.expr) -> bool:
    """Tells whether a decorator makes a fixture that every test has."""
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(item.arg == "autouse" and getattr(item.value, "value", False) is True for item in given)


def settings(root: ast.stmt) -> Iterator[int]:
    nodes = list(ast.walk(root))
    contexts = {
        name for node in nodes if called(getattr(node, "value", None)) == "getcontext" for name in targets(node)
    }
    for node in nodes:
        is_set = bool(zones_of(node)) or is_setting(node, contexts)
        if is_set and not any(getattr(inner, "attr", "") == "param" for inner in ast.walk(node)):
            yield getattr(node, "lineno", 0)


def is_setting(node: ast.AST, contexts: set[str]) -> bool:
    if isinstance(node, ast.Call):
        return called(node) in SETTING and bool(node.args)
    changed = node.targets if isinstance(node, ast.Assign) else []
    owners = [item.value for item in changed if isinstance(item, ast.Attribute)]
    return any(called(owner) == "getcontext" or root_of(owner) in contexts for owner in owners)


def zones_of(node: ast.AST) -> list[str]:
    """The time zone that a call or a statement puts into the environment, where it stands there."""
    pairs: list[tuple[ast.expr | None, ast.expr]] = []
    if isinstance(node, ast.Call) and called(node) in PUTTING and len(node.args) > 1:
        pairs = [(node.args[0], node.args[1])]
    elif isinstance(node, ast.Call) and called(node) == "setitem" and len(node.args) > 2:
        pairs = [(node.args[1], node.args[2])]
    elif isinstance(node, ast.Call) and called(node) in ("dict", "update"):
        tables = [item for item in node.args if isinstance(item, ast.Dict) and is_environment(node)]
        pairs = [pair for table in tables for pair in zip(table.keys, table.values)]
    elif isinstance(node, ast.Assign):
        places = [item for item in node.targets if isinstance(item, ast.Subscript)]
        pairs = [(item.slice, node.value) for item in places if name_of(item.value) == "environ"]
    given = [value for key, value in pairs if getattr(key, "value", "") == ZONE]
    return [str(value.value) for value in given if isinstance(value, ast.Constant)]


def is_environment(call: ast.Call) -> bool:
    owner = call.func.value if isinstance(call.func, ast.Attribute) else None
    return any(name_of(item) == "environ" for item in (owner, *call.args[:1]))
