"""Asks single nodes of a syntax tree what several readings of it need to know."""

from __future__ import annotations

import ast
from weakref import WeakKeyDictionary

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

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


def targets(node: ast.stmt) -> set[str]:
    """Names that a statement assigns a value to."""
    found = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in found if isinstance(target, ast.Name)}
