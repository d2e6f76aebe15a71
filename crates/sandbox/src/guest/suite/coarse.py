"""Finds comparisons of numbers that are rounded away or met by NaN, and words in a log that any line of it has.

A payment of 1,449 is 1,000 to the nearest thousand; no difference to NaN is more than what is tolerated; each line of a
captured log names its logger and its file.
"""

from __future__ import annotations

import ast
import math

from _saraphina_suite_careless import number
from _saraphina_suite_nodes import FUNCTIONS, called, equated, every_node, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

# What is rounded by less of itself may be as exact as is meant.
WIDE = 0.01
# Smaller steps are what a value is counted in.
LEAST_STEP = 10
# What tells NaN from a number.
FINITE = ("isnan", "isfinite", "isclose")


def rounded(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """Lines where an answer of the code is compared after most of it was rounded away."""
    for function in every_node(tree):
        if not isinstance(function, FUNCTIONS):
            continue
        given = {name for node in ast.walk(function) if is_answer(node, subject) for name in targets(node)}
        for node in ast.walk(function):
            sides = equated(node)
            for side, other in (sides, sides[::-1]) if sides else ():
                inner, step = unrounded(side)
                if step and is_theirs(inner, given, subject) and is_far(side, step, other):
                    yield side.lineno
                    break


def is_answer(node: ast.AST, subject: tuple[Set[str], Set[str]]) -> bool:
    return isinstance(node, ast.Assign) and asks(node.value, subject)


def asks(node: ast.AST, subject: tuple[Set[str], Set[str]]) -> bool:
    """Tells whether this is a call of the code, or of an attribute of its module."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return getattr(function.value, "id", "") in subject[1]
    return isinstance(function, ast.Name) and function.id in subject[0]


def is_theirs(node: ast.expr, given: Set[str], subject: tuple[Set[str], Set[str]]) -> bool:
    return asks(node, subject) or getattr(node, "id", "") in given


def unrounded(node: ast.expr) -> tuple[ast.expr, float]:
    """What is rounded, and to multiples of what: `round(x, -3)`, `x // 1000`, `int(x / 1000)`."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("round", "int", "floor") and node.args:
        places = number(node.args[1], {}) if called(node) == "round" and len(node.args) == 2 else None
        if places is not None and -300 < places < 0:
            return node.args[0], 10.0**-places
        first = node.args[0]
        if len(node.args) == 1 and isinstance(first, ast.BinOp) and isinstance(first.op, ast.Div):
            return first.left, step_of(first.right)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.FloorDiv):
        return node.left, step_of(node.right)
    return node, 0.0


def step_of(node: ast.expr) -> float:
    step = abs(number(node, {}) or 0)
    return step if step >= LEAST_STEP else 0.0


def is_far(side: ast.expr, step: float, other: ast.expr) -> bool:
    """Tells whether a step is a good part of what is expected."""
    inner, theirs = unrounded(other)
    expected = number(inner, {})
    if expected is None or (theirs and theirs != step):
        return False
    is_count = not theirs and called(side) != "round"
    whole = abs(expected) * (step if is_count else 1.0)
    return math.isfinite(whole) and step >= WIDE * whole


# What is no number


def unnumbered(tree: ast.Module) -> Iterator[int]:
    """Lines that fail where a difference is more than what is tolerated: the difference to NaN never is."""
    if not any(map(is_apart, every_node(tree))):
        return
    for function in every_node(tree):
        nodes = list(ast.walk(function)) if isinstance(function, FUNCTIONS) else []
        if any(called(node) in FINITE for node in nodes):
            continue
        apart = {name for node in nodes if is_apart(getattr(node, "value", None)) for name in targets(node)}
        for node in nodes:
            asked: ast.expr | None = None
            if isinstance(node, ast.If) and not node.orelse and any(map(fails, node.body)):
                asked = node.test
            elif isinstance(node, ast.Assert) and isinstance(node.test, ast.UnaryOp):
                asked = node.test.operand
            if isinstance(asked, ast.Compare) and len(asked.ops) == 1 and isinstance(asked.ops[0], (ast.Gt, ast.GtE)):
                if is_apart(asked.left) or getattr(asked.left, "id", "") in apart:
                    yield asked.lineno


def is_apart(node: ast.AST | None) -> bool:
    """Tells whether this is how far two values are apart."""
    first = node.args[0] if isinstance(node, ast.Call) and called(node) in ("abs", "fabs") and node.args else None
    return isinstance(first, ast.BinOp) and isinstance(first.op, ast.Sub)


def fails(node: ast.stmt) -> bool:
    raised = node.exc if isinstance(node, ast.Raise) else None
    kind = raised.func if isinstance(raised, ast.Call) else raised
    return called(getattr(node, "value", None)) == "fail" or getattr(kind, "id", "") == "AssertionError"


# Words of a log


def named(tree: ast.Module, files: dict[str, ast.Module]) -> Iterator[int]:
    """Lines that look in a captured log for a part of the name of a logger, or of the file that logs."""
    names = {name for module, code in files.items() for name in names_of(module, code)}
    for node in every_node(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and isinstance(node.left, ast.Constant):
            log, word = node.comparators[0], node.left.value
            is_log = getattr(log, "attr", "") == "text" and "caplog" in getattr(getattr(log, "value", None), "id", "")
            if is_log and isinstance(word, str) and "." not in word and any(word in name for name in names):
                yield node.lineno


def names_of(module: str, code: ast.Module) -> Iterator[str]:
    """What stands before each message that a file logs."""
    makers = [node for node in every_node(code) if called(node) == "getLogger" and isinstance(node, ast.Call)]
    if makers:
        yield module.rpartition(".")[2]
    for node in makers:
        text = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else module
        if isinstance(text, str):
            yield text
