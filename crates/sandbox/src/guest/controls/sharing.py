"""Finds what several tests have in common, so that one of them may find what another left.

Only suites with such things run in reverse order too: where each test makes all that it needs, order is of no account.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called, every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

WIDER = {"class", "module", "package", "session"}
SETUPS = {"setUpClass", "setUpModule", "setup_class", "setup_module"}


def shares(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> bool:
    """Tells whether a test file has a fixture, a set-up or an object of the code for more than one test."""
    for node in every_node(tree):
        if isinstance(node, FUNCTIONS) and (node.name in SETUPS or any(map(is_wider, node.decorator_list))):
            return True
    return any(makes(node, subject) for node in standing(tree))


def is_wider(decorator: ast.expr) -> bool:
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(item.arg == "scope" and getattr(item.value, "value", "") in WIDER for item in given)


def standing(tree: ast.Module) -> Iterator[ast.expr]:
    """Values that a file, or a class in it, binds when it is read."""
    for body in (tree.body, *(node.body for node in tree.body if isinstance(node, ast.ClassDef))):
        yield from (node.value for node in body if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value)


def makes(value: ast.expr, subject: tuple[Set[str], Set[str]]) -> bool:
    """Tells whether a value is made by a function or a class of the code."""
    names, modules = subject
    for node in ast.walk(value):
        function = node.func if isinstance(node, ast.Call) else None
        if called(node) in names or getattr(getattr(function, "value", None), "id", "") in modules:
            return True
    return False
