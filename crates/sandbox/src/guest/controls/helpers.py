"""Finds assertions outside of tests: in their helpers, in objects that they hand to the code, in functions within them.

What calls such a function may take its failure. So all of them are made to fail at once, each saying in which test; a
test that passes all the same would not have noticed.
"""

from __future__ import annotations

import ast

import _saraphina_controls_expectations as expectations
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, name_of, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_controls_edits import Text
    from _saraphina_types import Frame

# What a test file calls to say that an assertion was reached; it gives `False`.
REFUSE = "_saraphina_refuse"
# A test that names one of the first, or waits for one of the second, may want an assertion to fail.
FAILURES = {"AssertionError", "failureException"}
WIDER = {"Exception", "BaseException"}


def helpers(path: str, tree: ast.Module, text: Text, number: int) -> Iterator[Frame]:
    """The assertions of a test file outside of its tests, with the edits that make each fail."""
    tests = [function for _, function in expectations.tests(path, tree)]
    direct = {id(node) for function in tests for node in within(function)}
    functions = [node for node in every_node(tree) if isinstance(node, FUNCTIONS)]
    found = {id(node): node for function in functions for node in within(function) if isinstance(node, ast.Assert)}
    for key, node in found.items():
        # What asserts `False` is there to fail.
        if key not in direct and text.is_known and not isinstance(node.test, ast.Constant):
            edit = text.instead(node.test, f"{REFUSE}({number}, ({text.of(node.test)}))")
            yield {"path": path, "number": number, "line": node.lineno, "edit": edit}
            number += 1


def wanting(path: str, tree: ast.Module) -> list[str]:
    """Tests that may want an assertion to fail."""
    found = []
    for test, function in expectations.tests(path, tree):
        nodes = list(ast.walk(function))
        awaited = [kind for node in nodes for kind in kinds(node)]
        wider = {name_of(item) for kind in awaited for item in ast.walk(kind)} & WIDER
        if wider or FAILURES & set(map(name_of, nodes)):
            found.append(test)
    return found


def kinds(node: ast.AST) -> list[ast.expr]:
    """What is taken here: by a handler, or by what waits for an exception."""
    if isinstance(node, ast.ExceptHandler):
        return [node.type] if node.type else [ast.Name("BaseException", ast.Load())]
    is_waiting = isinstance(node, ast.Call) and called(node) in expectations.RAISERS
    return list(node.args[:1]) if is_waiting and isinstance(node, ast.Call) else []
