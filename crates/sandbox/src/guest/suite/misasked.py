"""Finds assertions that ask for less than they say, from syntax trees alone.

The truth of an answer that is always true, with what was expected as the message; the truth of a generator that nobody
runs; a value that stands in for itself where there is none; a helper on both sides that leaves out what differs.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import FUNCTIONS, called, equated, every_node, name_of, names_in, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from _saraphina_types import Function

# What gives something else than true or false.
VALUES = (ast.JoinedStr, ast.BinOp, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp)
MESSAGES = (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call)
# What makes different values alike.
BLURRING = set("set frozenset sorted lower upper casefold replace sub round len int translate abs sum Counter".split())


class Code:
    """What the code has of this, read once for all test files: functions that never give a truth value."""

    def __init__(self, files: Iterable[ast.Module]) -> None:
        functions = [node for file in files for node in every_node(file) if isinstance(node, FUNCTIONS)]
        self.valued = {one.name for one in functions if is_valued(one)}
        self.valued -= {one.name for one in functions if not is_valued(one)}


def is_valued(function: Function) -> bool:
    """Tells whether every answer is a text, a number or a container that is made on the spot."""
    given = [node.value for node in within(function) if isinstance(node, ast.Return)]
    return bool(given) and all(map(is_value, given))


def is_value(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, bool) and node.value is not None
    return isinstance(node, VALUES)


def weak(tree: ast.Module, names: Set[str], code: Code) -> Iterator[int]:
    """Lines of assertions that are met by more than they seem to ask for; `names`: what the file has of the code."""
    helpers = [node for node in tree.body if isinstance(node, FUNCTIONS) and not node.name.startswith("test")]
    blurring = {node.name for node in helpers if is_blurring(node)}
    for node in every_node(tree):
        asked = truth_of(node)
        if asked and is_message(asked[1]) and called(asked[0]) in code.valued and name_of(root(asked[0])) in names:
            yield asked[0].lineno
        sides = equated(node)
        if len(sides) == 2 and is_blurred(sides, blurring, names):
            yield getattr(node, "lineno", 0)
        if isinstance(node, FUNCTIONS) and node.name == "__eq__":
            yield from (
                inner.lineno for inner in within(node) if isinstance(inner, ast.Compare) and is_stood_in_for(inner)
            )


def idle(tree: ast.Module) -> Iterator[int]:
    """Lines that ask whether a generator is true, which it always is; what it would check never runs."""
    made = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.decorator_list
        and any(isinstance(inner, (ast.Yield, ast.YieldFrom)) for inner in within(node))
    }
    for node in every_node(tree):
        asked = node.test if isinstance(node, ast.Assert) else None
        if isinstance(node, ast.Call) and called(node) == "assertTrue" and node.args:
            asked = node.args[0]
        if isinstance(asked, ast.Call) and isinstance(asked.func, ast.Name) and asked.func.id in made:
            yield asked.lineno


def truth_of(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """What is asked to be true, and what is told where it is not."""
    if isinstance(node, ast.Assert) and node.msg is not None:
        return node.test, node.msg
    if isinstance(node, ast.Call) and called(node) == "assertTrue" and len(node.args) > 1:
        return node.args[0], node.args[1]
    return None


def is_message(node: ast.expr) -> bool:
    """Tells whether something is a value and no sentence: only those are expected of anything."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return not is_text and (isinstance(node, ast.Constant) or not isinstance(node, MESSAGES))


def root(node: ast.expr) -> ast.AST:
    inner: ast.AST = node
    while isinstance(inner, (ast.Call, ast.Attribute, ast.Subscript)):
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return inner


def is_stood_in_for(node: ast.AST) -> bool:
    """Tells whether the value that is wanted is also taken where there is none: `row.get(name, value) == value`."""
    sides = equated(node)
    return len(sides) == 2 and (stands_in(*sides) or stands_in(*sides[::-1]))


def stands_in(asked: ast.expr, wanted: ast.expr) -> bool:
    if not isinstance(asked, ast.Call):
        return False
    places = {"get": 2, "pop": 2, "setdefault": 2, "next": 2, "getattr": 3}
    is_whole = len(asked.args) == places.get(called(asked))
    return is_whole and ast.dump(asked.args[-1]) == ast.dump(wanted)


def is_blurring(function: Function) -> bool:
    nodes = list(ast.walk(function))
    is_choosing = any(isinstance(node, ast.comprehension) and node.ifs for node in nodes)
    return is_choosing or any(called(node) in BLURRING and not is_of_space(node) for node in nodes)


def is_of_space(node: ast.AST) -> bool:
    """Tells whether white space alone is taken away or made alike, which many answers leave free."""
    given = node.args[:1] if isinstance(node, ast.Call) and called(node) in ("sub", "replace") else []
    texts = [item.value for item in given if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return bool(texts) and not re.sub(r"\\s|\\n|[\s+*<>()]", "", texts[0])


def is_blurred(sides: list[ast.expr], helpers: Set[str], names: Set[str]) -> bool:
    """Tells whether both the answer and what is expected go through one helper that leaves something out."""
    one, other = sides
    is_pair = isinstance(one, ast.Call) and isinstance(other, ast.Call) and called(one) == called(other)
    if not is_pair or called(one) not in helpers:
        return False
    return bool(names_in(one) & names) != bool(names_in(other) & names)
