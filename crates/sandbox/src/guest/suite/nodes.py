"""Asks single nodes of a syntax tree what several readings of it need to know."""

from __future__ import annotations

import ast

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def called(node: ast.AST | None) -> str:
    """The last name of what a call calls; nothing where this is no call, or calls what has no name."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", ""))


def targets(node: ast.stmt) -> set[str]:
    """Names that a statement assigns a value to."""
    found = node.targets if isinstance(node, ast.Assign) else []
    return {target.id for target in found if isinstance(target, ast.Name)}
