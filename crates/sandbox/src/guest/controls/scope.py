"""Finds where the names of a test get their values from.

An expectation may stand in the table of a parametrized test or of a loop, or in a name that is bound once. Whoever
changes it (`mutants.py`) or takes it out of the box (`asking.py`) needs the literal itself, and must not touch one that
is used for anything else.
"""

from __future__ import annotations

import ast
import re

import _saraphina_controls_values as values
from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Function

WORD = re.compile(r"[^\W\d]\w*")


class Names:
    """What one test file binds at its top level."""

    def __init__(self, tree: ast.Module) -> None:
        self.tree = tree
        counts: dict[str, int] = {}
        for node in every_node(tree):
            if isinstance(node, ast.Name):
                counts[node.id] = counts.get(node.id, 0) + 1
        self.bound = {
            node.targets[0].id: node.value
            for node in tree.body
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name)
        }
        # Names that are bound once and used once in all of the file, and that no text and no other file leads to.
        elsewhere = set(told_names(tree))
        self.once = {name: value for name, value in self.bound.items() if counts[name] == 2 and name not in elsewhere}


def told_names(tree: ast.Module) -> Iterator[str]:
    """Names by which texts and attributes may lead to what a file binds, as `ext://tests.test_a.NAME` does."""
    prose = {id(node.value) for node in every_node(tree) if isinstance(node, ast.Expr)}
    for node in every_node(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield from WORD.findall(node.value)


class Scope:
    """The names of one test, where each that is used but once leads to its value."""

    def __init__(self, names: Names, function: Function) -> None:
        self.names = names
        self.function = function
        self.loads: dict[str, int] = {}
        self.stores: dict[str, int] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Name):
                kind = self.loads if isinstance(node.ctx, ast.Load) else self.stores
                kind[node.id] = kind.get(node.id, 0) + 1
        self.parameters = {item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg)}

    def sites(self, node: ast.expr) -> list[ast.expr]:
        """The nodes that this operand has its value from: one, or one for each row of a table."""
        if not isinstance(node, ast.Name):
            return [node]
        if self.loads.get(node.id) != 1:
            return []
        if node.id in self.parameters:
            return [] if node.id in self.stores else self.parametrized(node.id)
        if node.id not in self.stores:
            return [self.names.once[node.id]] if node.id in self.names.once else []
        return self.local(node.id) if self.stores[node.id] == 1 else []

    def local(self, name: str) -> list[ast.expr]:
        """What is bound to a name in the test itself; a literal in a loop is bound again and again."""
        for item in ast.walk(self.function):
            if isinstance(item, ast.Assign) and len(item.targets) == 1 and is_named(item.targets[0], name):
                return [item.value]
            if isinstance(item, ast.For):
                found = self.column(item.target, item.iter, name)
                if found:
                    return found
        return []

    def is_loop(self, name: str) -> bool:
        """Tells whether a name gets its values from a loop, which ends with the first that fails."""
        return any(
            isinstance(item, ast.For) and any(is_named(part, name) for part in ast.walk(item.target))
            for item in ast.walk(self.function)
        )

    def parametrized(self, name: str) -> list[ast.expr]:
        for item in self.function.decorator_list:
            if not isinstance(item, ast.Call) or getattr(item.func, "attr", "") != "parametrize":
                continue
            if len(item.args) > 1 and all(map(is_harmless, item.keywords)):
                names = argument_names(item.args[0])
                if name in names:
                    target = ast.Tuple([ast.Name(each) for each in names]) if len(names) > 1 else ast.Name(name)
                    return self.column(target, item.args[1], name)
        return []

    def column(self, target: ast.expr, table: ast.expr | None, name: str) -> list[ast.expr]:
        """The element of each row that a name is bound to; nothing where one row hides it."""
        found = [element(target, row, name) for row in self.rows(table)]
        return [row for row in found if row is not None] if None not in found else []

    def rows(self, table: ast.expr | None) -> list[ast.expr]:
        """The rows of a table that is written out, under a name of its own or as the items of a dictionary too."""
        if isinstance(table, ast.Name):
            is_own = self.stores.get(table.id) == 1 and self.loads.get(table.id) == 1
            return self.rows(self.assigned(table.id) if is_own else self.names.once.get(table.id))
        if isinstance(table, ast.Call) and isinstance(table.func, ast.Attribute) and table.func.attr == "items":
            table = table.func.value
            if isinstance(table, ast.Name):
                is_own = self.stores.get(table.id) == 1 and self.loads.get(table.id) == 1
                table = self.assigned(table.id) if is_own else self.names.once.get(table.id)
            if isinstance(table, ast.Dict):
                return [ast.Tuple([key, value]) for key, value in zip(table.keys, table.values) if key is not None]
            return []
        return list(table.elts) if isinstance(table, (ast.List, ast.Tuple)) else []

    def assigned(self, name: str) -> ast.expr | None:
        for item in ast.walk(self.function):
            if isinstance(item, ast.Assign) and len(item.targets) == 1 and is_named(item.targets[0], name):
                return item.value if isinstance(item.value, (ast.List, ast.Tuple, ast.Dict)) else None
        return None


def spared(function: Function) -> set[int]:
    """Lines of rows that have marks of their own: they may be skipped, or be there to fail."""
    return {
        line
        for item in function.decorator_list
        for node in ast.walk(item)
        if isinstance(node, ast.Call) and any(keyword.arg == "marks" for keyword in node.keywords)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }


def is_harmless(keyword: ast.keyword) -> bool:
    """Tells whether a keyword of `parametrize` leaves the values alone: a function for names would be given them."""
    return keyword.arg == "ids" and isinstance(keyword.value, (ast.List, ast.Tuple))


def is_named(target: ast.AST, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def argument_names(node: ast.expr) -> list[str]:
    try:
        given = values.evaluate(node)
    except ValueError:
        return []
    return [each.strip() for each in given.split(",")] if isinstance(given, str) else [str(each) for each in given]


def element(target: ast.expr, row: ast.expr, name: str) -> ast.expr | None:
    if is_named(target, name):
        if isinstance(row, ast.Call) and getattr(row.func, "attr", "") == "param":
            return row.args[0] if row.args else None
        return row
    if isinstance(row, ast.Call) and getattr(row.func, "attr", "") == "param":
        row = ast.Tuple(row.args)
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(row, (ast.Tuple, ast.List)):
        if any(isinstance(item, ast.Starred) for item in row.elts):
            return None
        for part, value in zip(target.elts, row.elts):
            found = element(part, value, name)
            if found is not None:
                return found
    return None
