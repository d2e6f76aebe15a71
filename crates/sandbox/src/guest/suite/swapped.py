"""Finds tests that call something else by the name of the code, and what tests set for every program of the process.

A fixture of the name of a function hides the function from the test that asks for it. A fixture that nobody names, and
that sets the context of `decimal` or the locale, makes code right where it is tested and nowhere else.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called, every_node, from_tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set


SETTING = ("setcontext", "localcontext", "setlocale")


def swapped(tree: ast.Module, names: Set[str]) -> Iterator[int]:
    """Lines of tests whose parameter has the name of a function of the code, which `names` are."""
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS) and function.name.startswith("test"):
            given = {item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg)} & names
            if given - set(from_tables(function)):
                yield function.lineno


def ambient(tree: ast.Module) -> Iterator[int]:
    """Lines that set the context of `decimal` or the locale when a file is read, or in a fixture that nobody names."""
    for node in tree.body:
        if not isinstance(node, FUNCTIONS) or any(is_everywhere(item) for item in node.decorator_list):
            yield from (getattr(inner, "lineno", 0) for inner in ast.walk(node) if is_setting(inner))


def is_everywhere(decorator: ast.expr) -> bool:
    """Tells whether a decorator makes a fixture that every test has."""
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(item.arg == "autouse" and getattr(item.value, "value", False) is True for item in given)


def is_setting(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return called(node) in SETTING
    targets = node.targets if isinstance(node, ast.Assign) else []
    return any(isinstance(item, ast.Attribute) and called(item.value) == "getcontext" for item in targets)
