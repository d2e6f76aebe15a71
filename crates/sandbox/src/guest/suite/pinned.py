"""Finds what tests set for every test: the time zone, the locale, the context of `decimal`, values of the code itself.

Code that depends on one of them is right where it is tested and nowhere else. What tests try in several such settings,
each from a table or in its place, is no such thing.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called, every_node, mark_of, name_of, names_in, root_of, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

PINNED = "environment_pinned"
SETTING = ("setcontext", "localcontext", "setlocale")
PUTTING = ("setenv", "setdefault", "putenv")
ZONE = "TZ"
# Functions of Python that give the same for the same, so that nobody has to stand in for them.
FUNCTIONAL = set(
    "abs all any divmod float hash int len max min pow range repr reversed round sorted str sum zip".split()
)
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


def exchanged(tree: ast.Module, names: Set[str], modules: Set[str]) -> Iterator[int]:
    """Lines that put something else in the place of the code's for every test, or of what it computes with.

    `names`: what the file has of the code, `modules`: those of them that are modules.
    """
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and any(is_part(target, modules) for target in statement.targets):
            yield statement.lineno
    for node in (node for node in every_node(tree) if isinstance(node, FUNCTIONS)):
        if node.name in SETUPS or any(map(is_everywhere, node.decorator_list)):
            yield from (call.lineno for call in ast.walk(node) if isinstance(call, ast.Call) and is_of_python(call))
        if any(mark_of(mark) == "fixture" for mark in node.decorator_list):
            yield from (inner.lineno for inner in node.body if isinstance(inner, FUNCTIONS) and does_it(inner, names))


def is_part(target: ast.expr, modules: Set[str]) -> bool:
    return isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id in modules


def is_of_python(call: ast.Call) -> bool:
    """Tells whether a function of Python's own is exchanged."""
    texts = [item.value for item in call.args[:2] if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    if not texts or called(call) not in ("setattr", "object", "patch"):
        return False
    is_own = name_of(call.args[0]) == "builtins" or texts[0].startswith("builtins.")
    return is_own and texts[-1].rpartition(".")[2] in FUNCTIONAL


def does_it(function: ast.FunctionDef | ast.AsyncFunctionDef, names: Set[str]) -> bool:
    """Tells whether a function asks the code and itself: it does for the most part what the code is there for."""
    used = names_in(function)
    calls = {name_of(node.func) for node in ast.walk(function) if isinstance(node, ast.Call)}
    return function.name in calls and bool(used & names)


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
