"""Finds expected values that nobody can read, and outputs of which tests only say what is not in them.

A digest of what the code once gave holds a mistake as firmly as the right answer; an output that is empty, or goes
elsewhere, has nothing in it.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import FUNCTIONS, called, equated, every_node, from_tables, mark_of, names_in, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from _saraphina_types import Function

DIGEST = "digest_expected"
HEX = re.compile(r"[0-9a-f]{8,}", re.IGNORECASE)
# Shorter ones are no digests where a table has them.
LEAST_OF_TABLE = 16
MAKING = ("hexdigest", "crc32", "adler32")
# What gives the text that was written.
TAKING = ("readouterr", "getvalue")


def digests(tree: ast.Module) -> Iterator[int]:
    """Lines where a digest of a result is held against one that is written down."""
    if not any(called(node) in MAKING for node in every_node(tree)):
        return
    helpers = {node.name for node in every_node(tree) if isinstance(node, FUNCTIONS) and is_made(node, set())}
    texts = [node.value for node in every_node(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    has_table = any(HEX.fullmatch(text) and len(text) >= LEAST_OF_TABLE for text in texts)
    for test in every_node(tree):
        if not isinstance(test, FUNCTIONS) or not test.name.startswith("test"):
            continue
        rows = set(from_tables(test)) if has_table else set()
        made = {name for node in ast.walk(test) if is_of(node, helpers) for name in targets(node)}
        for node in ast.walk(test):
            sides = equated(node)
            is_digest = [is_made(side, helpers) or bool(names_in(side) & made) for side in sides]
            if any(is_digest) and any(is_written(side, rows) for side in sides):
                yield sides[0].lineno


def is_of(node: ast.AST, helpers: Set[str]) -> bool:
    return isinstance(node, ast.Assign) and is_made(node.value, helpers)


def is_made(node: ast.AST, helpers: Set[str]) -> bool:
    """Tells whether a digest is computed anywhere in it."""
    return any(called(inner) in MAKING or called(inner) in helpers for inner in ast.walk(node))


def is_written(side: ast.expr, rows: Set[str]) -> bool:
    if isinstance(side, ast.Constant):
        return isinstance(side.value, str) and bool(HEX.fullmatch(side.value))
    return getattr(side, "id", "") in rows


# Outputs


def denied(tree: ast.Module) -> Iterator[int]:
    """Lines that say what is not in an output, where no line of the file says what is."""
    if not any(isinstance(node, ast.NotIn) for node in every_node(tree)):
        return
    functions = [node for node in every_node(tree) if isinstance(node, FUNCTIONS)]
    taking = [one for one in functions if is_fixture(one) and any(map(is_taken, ast.walk(one)))]
    within = {inner for one in taking for inner in ast.walk(one)}
    fixtures = {one.name for one in taking}
    places: list[int] = []
    for function in functions:
        if function in within:
            continue
        lines, others = uses(function, fixtures)
        if others:
            return
        places += lines
    yield from places


def is_fixture(function: Function) -> bool:
    return any(mark_of(mark) == "fixture" for mark in function.decorator_list)


def is_taken(node: ast.AST) -> bool:
    return called(node) in TAKING or (isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "caplog")


def uses(function: Function, fixtures: Set[str]) -> tuple[list[int], int]:
    """Lines where a function denies something of an output, and how often it does anything else with one."""

    def is_output(node: ast.AST) -> bool:
        if isinstance(node, ast.Name):
            return node.id in outputs and isinstance(node.ctx, ast.Load)
        return is_taken(node) or called(node) in fixtures

    outputs: set[str] = set()
    kept: set[int] = set()
    for node in ast.walk(function):
        parts = list(ast.walk(node.value)) if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.Assign) and any(map(is_output, parts)):
            outputs |= {item.id for target in node.targets for item in ast.walk(target) if isinstance(item, ast.Name)}
            kept |= set(map(id, parts))
    lines: list[int] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.NotIn):
            parts = list(ast.walk(node.comparators[0]))
            if any(map(is_output, parts)):
                lines.append(node.lineno)
                kept |= set(map(id, parts))
        elif isinstance(node, ast.Expr) and is_output(node.value):
            # What was written so far is thrown away.
            kept |= set(map(id, ast.walk(node)))
    return lines, sum(is_output(node) and id(node) not in kept for node in ast.walk(function))
