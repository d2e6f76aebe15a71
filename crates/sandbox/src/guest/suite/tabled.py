"""Finds code that has all the answers a suite asks for in a table, and works out none of them.

A table of what is asked most often is a fair thing. Where no test comes to what lies behind it, nothing is known of the
answers to all other questions.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import called, every_node, name_of, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

TABLED = "answers_from_table"
# With fewer rows a table lists cases that are special.
LEAST_ROWS = 3


def places(tree: ast.Module, ran: Set[int]) -> Iterator[int]:
    """Lines of look-ups in a table of the module behind which nothing ran; `ran`: the lines of the file that did."""
    tables = {name for node in tree.body for name in targets(node) if is_table(getattr(node, "value", None))}
    if not tables:
        return
    found = {
        name for node in every_node(tree) if looks_up(getattr(node, "value", None), tables) for name in targets(node)
    }
    for node in every_node(tree):
        fields = [getattr(node, field, None) for field in ("body", "orelse", "finalbody")]
        for block in (field for field in fields if isinstance(field, list)):
            for at, item in enumerate(block):
                behind = without_row(item, block[at + 1 :], (tables, found))
                if item.lineno in ran and any(map(works_out, behind)) and not lines_of(behind) & ran:
                    yield item.lineno


def is_table(node: ast.AST | None) -> bool:
    if not isinstance(node, ast.Dict) or len(node.keys) < LEAST_ROWS:
        return False
    if sum(map(reckons, node.values)) * 2 > len(node.values):
        return False
    return all(isinstance(key, (ast.Constant, ast.Tuple, ast.UnaryOp)) for key in node.keys)


def reckons(node: ast.expr) -> bool:
    """Tells whether a value is no answer, and makes one of what it is given."""
    if not isinstance(node, ast.Lambda):
        return False
    parameters = {item.arg for item in ast.walk(node.args) if isinstance(item, ast.arg)}
    return any(isinstance(item, ast.Name) and item.id in parameters for item in ast.walk(node.body))


def looks_up(node: ast.AST | None, tables: Set[str]) -> bool:
    """Tells whether this is what a table has for a key, or nothing."""
    owner = getattr(getattr(node, "func", None), "value", None)
    return called(node) == "get" and name_of(owner) in tables and len(getattr(node, "args", ())) == 1


def without_row(node: ast.stmt, rest: list[ast.stmt], names: tuple[Set[str], Set[str]]) -> list[ast.stmt]:
    """What is done where the table has no row."""
    tables, found = names
    if isinstance(node, ast.Try):
        keys = {name_of(item.value) for item in ast.walk(node.body[0]) if isinstance(item, ast.Subscript)}
        is_missing = [item for item in node.handlers if item.type is None or name_of(item.type) == "KeyError"]
        return is_missing[0].body + rest if is_missing and keys & tables else []
    test = node.test if isinstance(node, ast.If) else None
    if not isinstance(node, ast.If) or not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return []
    held = name_of(test.comparators[0]) in tables
    is_none = name_of(test.left) in found and getattr(test.comparators[0], "value", 0) is None
    if (held and isinstance(test.ops[0], ast.NotIn)) or (is_none and isinstance(test.ops[0], ast.Is)):
        return node.body
    if (held and isinstance(test.ops[0], ast.In)) or (is_none and isinstance(test.ops[0], ast.IsNot)):
        return node.orelse or (rest if isinstance(node.body[-1], ast.Return) else [])
    return []


def works_out(node: ast.stmt) -> bool:
    """Tells whether a statement computes something: to refuse a question is no answer."""
    value = getattr(node, "value", None)
    return isinstance(node, (ast.For, ast.While)) or (
        isinstance(node, (ast.Assign, ast.Return, ast.AugAssign)) and isinstance(value, (ast.BinOp, ast.Call))
    )


def lines_of(block: list[ast.stmt]) -> set[int]:
    return {line for item in block for line in range(item.lineno, (item.end_lineno or item.lineno) + 1)}
