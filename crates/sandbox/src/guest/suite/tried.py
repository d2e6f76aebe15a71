"""Finds tests that try less than they seem to: expected values that only a message names, properties without values.

A table of right answers looks like a table of checks, and a property with an oracle looks like hundreds of them. Where
no assertion reads the answer, or nothing is drawn but what the test already agrees with, wrong code is green beside it.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import FUNCTIONS, called, every_node, from_tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Function

HARDLY = "properties_hardly_tried"
# What a column of right answers is called; others of a table may only be there to be read.
EXPECTED = re.compile(r"(^|_)(expect(ed|s|ation)?|want(ed)?)(_|$)")
# What shows a value, and compares nothing.
SHOWING = {"print", "debug", "info", "warning", "log", "note", "event"}
# With fewer values a property is an example.
FEWEST = 5


def unread(tree: ast.Module) -> Iterator[int]:
    """Lines of tests of which nothing but messages reads the column of expected values."""
    for test in every_node(tree):
        if isinstance(test, FUNCTIONS):
            given = set(from_tables(test))
            wanted = {name for name in given if EXPECTED.search(name)}
            if wanted and given != wanted and not wanted & set(read(test)):
                yield test.lineno


def read(test: Function) -> Iterator[str]:
    """Names that a test reads where it decides something; all of them where it hands its own names on."""
    pending: list[ast.AST] = list(test.body)
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Assert):
            pending.append(node.test)
        elif called(node) == "locals":
            yield from (item.arg for item in ast.walk(test.args) if isinstance(item, ast.arg))
        elif called(node) not in SHOWING:
            if isinstance(node, ast.Name):
                yield node.id
            pending.extend(ast.iter_child_nodes(node))


def assumed(tree: ast.Module) -> Iterator[int]:
    """Lines where a property leaves out the values that its own assertion does not hold for."""
    for test in every_node(tree):
        if not isinstance(test, FUNCTIONS):
            continue
        asserted = [names(node.test) for node in ast.walk(test) if isinstance(node, ast.Assert)]
        for node in ast.walk(test):
            if isinstance(node, ast.Call) and called(node) == "assume" and node.args:
                known = names(node.args[0])
                if any(len(asked) > 1 and asked <= known for asked in asserted):
                    yield node.lineno


def names(node: ast.AST) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}


def hardly(tree: ast.Module) -> Iterator[int]:
    """Lines of settings of Hypothesis by which it draws no values, or hardly any."""
    for node in every_node(tree):
        if isinstance(node, ast.Call) and called(node) in ("settings", "register_profile"):
            if any(is_hardly(item) for item in node.keywords):
                yield node.lineno


def is_hardly(given: ast.keyword) -> bool:
    value = given.value
    if given.arg == "max_examples":
        return isinstance(value, ast.Constant) and isinstance(value.value, int) and value.value < FEWEST
    phases = [getattr(item, "attr", getattr(item, "id", "")) for item in getattr(value, "elts", ())]
    return given.arg == "phases" and bool(phases) and "generate" not in phases
