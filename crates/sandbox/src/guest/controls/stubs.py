"""Writes code with the same names and signatures that does nothing: holes stand where bodies were.

The engine fills the holes with bodies that return or raise something (`evidence/stubs.rs`) and runs the suite on it:
tests that pass on empty code test nothing.
"""

from __future__ import annotations

import ast
import copy

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
BODY_HOLE = "_saraphina_body_{}_"
MOST_ALONE = 4
VALUE_HOLE = "_saraphina_value_{}_"


def stub(tree: ast.Module) -> str:
    """The text with a hole for each outermost function, or nothing where there is none."""
    holes = Holes()
    tree = holes.visit(tree)
    if not holes.count:
        return ""
    ast.fix_missing_locations(tree)
    return ast.unparse(tree) + "\n"


def alone(tree: ast.Module, named: set[str]) -> Iterator[tuple[str, str]]:
    """Texts in which only one definition is empty: each that is among `named` and that no other such one uses."""
    found = {node.name: node for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
    if len(found) < 2:
        return
    mentioned = [name for name in found if name in named]
    used = {other for name in mentioned for other in names_in(found[name]) if other != name}
    for name in ([each for each in mentioned if each not in used] or mentioned)[:MOST_ALONE]:
        holes = Holes()
        # Large files have many definitions, and only this one changes.
        emptied = holes.visit(copy.deepcopy(found[name]))
        if holes.count:
            twin = ast.Module([emptied if node is found[name] else node for node in tree.body], [])
            ast.fix_missing_locations(twin)
            yield name, ast.unparse(twin) + "\n"


def names_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.Name, ast.Attribute)):
            yield node.id if isinstance(node, ast.Name) else node.attr


class Holes(ast.NodeTransformer):
    """Replaces bodies; what a function holds inside goes with its body."""

    def __init__(self) -> None:
        self.count = 0

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self.count += 1
        lines = [node.lineno, *(item.lineno for item in node.decorator_list)]
        node.body = [ast.Expr(ast.Name(BODY_HOLE.format(min(lines)), ast.Load()))]
        return node

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        if isinstance(node.value, ast.Lambda):
            self.count += 1
            node.value.body = ast.Name(VALUE_HOLE.format(node.value.lineno), ast.Load())
        return node
