"""Finds assertions that hold whatever the code gives, and tests that never run, from syntax trees alone.

Such a test is green beside wrong code, and where others of the suite are sound no control need show it. Most are slips:
a call without its parentheses, an expected value in the place of a message. They are told, and keep evidence from the
highest grade.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import FUNCTIONS, called, every_node, targets, within
from _saraphina_suite_promises import derives_from_testcase

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set
    from typing import TypeGuard

    from _saraphina_types import Function

IDLE = "idle_assertion"
UNCOLLECTED = "uncollected_tests"

# Questions of a mock, which ask nothing where they are not called.
ASKING = re.compile(r"^assert_(called|any_call|has_calls|not_called|has_awaits|awaited|any_await|not_awaited)")
# The same words without their beginning: a mock has an attribute of any name, and what it returns is true.
MISSPELT = re.compile(r"^(called_(once|with|once_with)|not_called|has_calls|any_call)$")
# Words that no mock has, and that only somebody's own stand-in answers to.
INVENTED = re.compile(r"^((was|were|is|has_been|been)_(called|awaited)\w*|called_\w+|awaited_\w+)$")
RAISERS = ("raises", "assertRaises", "warns", "assertWarns")
# A tolerance of this part of a value takes half or double for the same.
WIDE = 0.5
# What is smaller is there to be nearly nothing.
NOTHING = 1e-3


def places(tree: ast.Module, defined: Set[str]) -> Iterator[tuple[str, int]]:
    """Kinds and lines of such places in a test file; `defined` are the functions of all files."""
    yield from ((IDLE, line) for line in idle(tree, defined))
    yield from ((UNCOLLECTED, line) for line in uncollected(tree))


# Assertions


def idle(tree: ast.Module, defined: Set[str]) -> Iterator[int]:
    has_mocks = any(is_mock(node) for node in every_node(tree))
    attributes = {node.attr for node in every_node(tree) if isinstance(node, ast.Attribute)}
    void = {name for name in attributes if has_mocks and MISSPELT.match(name)}
    void |= {name for name in attributes - defined if INVENTED.match(name)}
    for body, is_open in bodies(tree):
        for node in body:
            if isinstance(node, ast.Assert) and always_holds(node.test, void):
                yield node.lineno
            elif isinstance(node, ast.Expr) and (asks_nothing(node.value, void) or (is_open and is_unread(node.value))):
                yield node.lineno
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and takes_a_message(node.value):
                yield node.lineno
    alike = {node.name for node in every_node(tree) if isinstance(node, ast.ClassDef) and is_alike(node)}
    makers = {node.name for node in every_node(tree) if isinstance(node, FUNCTIONS) and is_unrun(node)}
    for inner in every_node(tree):
        if isinstance(inner, ast.Expr) and called(inner.value) in makers:
            yield inner.lineno
        if isinstance(inner, (ast.Call, ast.Assert)) and any(map(takes_all, patterns(inner, alike))):
            yield inner.lineno
    known = Numbers(tree)
    bound = {name: node.value for node in tree.body if isinstance(node, ast.Assign) for name in targets(node)}
    for inner in every_node(tree):
        if isinstance(inner, ast.Call) and is_wide(inner, known):
            yield inner.lineno
        elif isinstance(inner, (ast.With, ast.AsyncWith)) and wants_its_own_failure(inner, bound):
            yield inner.lineno
        elif isinstance(inner, (ast.List, ast.Tuple)) and any(is_unchecked(item) for item in inner.elts):
            if not is_without_assertions(inner.elts, tree):
                yield inner.lineno
        elif isinstance(inner, ast.Call) and drops_assertions(inner):
            yield inner.lineno
        elif isinstance(inner, FUNCTIONS) and inner.name.startswith("test"):
            yield from (item.lineno for item in ast.walk(inner) if asks_itself(item))


def wants_its_own_failure(node: ast.With | ast.AsyncWith, bound: dict[str, ast.expr]) -> bool:
    """Tells whether an assertion may be expected to fail: whatever the code gives but the right thing will do."""
    given = [item.context_expr for item in node.items]
    asked = [item.args[0] for item in given if isinstance(item, ast.Call) and called(item) in RAISERS and item.args]
    meant = [bound.get(getattr(kind, "id", ""), kind) for kind in asked]
    kinds = [one for kind in meant for one in getattr(kind, "elts", [kind])]
    is_failure = any(getattr(kind, "id", "") == "AssertionError" for kind in kinds)
    return is_failure and any(isinstance(item, ast.Assert) for item in node.body)


def is_without_assertions(words: list[ast.expr], tree: ast.Module) -> bool:
    """Tells whether what a program is started with (`-c`) is written out, without an assertion to drop."""
    flags = [index for index, item in enumerate(words[:-1]) if getattr(item, "value", None) == "-c"]
    program = words[flags[0] + 1] if flags else None
    name = getattr(program, "id", None)
    given = [node.value for node in every_node(tree) if isinstance(node, ast.Assign) and name in targets(node)]
    written = [getattr(item, "value", None) for item in (given if name else [program])]
    return bool(written) and all(isinstance(text, str) and "assert" not in text for text in written)


def is_unchecked(node: ast.expr) -> bool:
    """Tells whether a program is started without its assertions."""
    return isinstance(node, ast.Constant) and node.value in ("-O", "-OO")


def drops_assertions(call: ast.Call) -> bool:
    """Tells whether a text is compiled without its assertions."""
    given = [getattr(item.value, "value", None) for item in call.keywords if item.arg == "optimize"]
    return called(call) == "compile" and bool(given) and given[0] in (1, 2)


def asks_itself(node: ast.AST) -> TypeGuard[ast.Call]:
    """Tells whether examples are looked for in the program that runs, which is pytest, and not in the code."""
    return isinstance(node, ast.Call) and called(node) == "testmod" and not node.args and not named(node, "m")


def is_unrun(helper: Function) -> bool:
    """Tells whether a call of a helper only makes a generator: its assertions wait for somebody who asks for values."""
    if helper.decorator_list or helper.name.startswith("test"):
        return False
    own = list(within(helper))
    gives = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own)
    return gives and any(isinstance(node, ast.Assert) for node in own)


def is_alike(node: ast.ClassDef) -> bool:
    """Tells whether objects of a class equal whatever begins as, or has in it, what a pattern says."""
    judges = [item for item in node.body if isinstance(item, FUNCTIONS) and item.name == "__eq__"]
    return any(called(inner) in ("match", "search") for judge in judges for inner in ast.walk(judge))


def patterns(node: ast.Call | ast.Assert, alike: set[str]) -> Iterator[ast.expr]:
    """Regular expressions that decide an assertion by a part of a text."""
    if isinstance(node, ast.Call):
        if called(node) in alike:
            yield from node.args[:1]
        elif called(node) in RAISERS:
            yield from (item.value for item in node.keywords if item.arg == "match")
        elif called(node) in ("assertRegex", "assertRaisesRegex"):
            yield from node.args[1:2]
        return
    asked = node.test.left if isinstance(node.test, ast.Compare) else node.test
    is_theirs = isinstance(asked, ast.Call) and called(asked) in ("match", "search")
    if is_theirs and isinstance(asked, ast.Call) and isinstance(asked.func, ast.Attribute):
        yield from asked.args[:1] if getattr(asked.func.value, "id", "") == "re" else []


def takes_all(pattern: ast.expr) -> bool:
    """Tells whether a pattern finds something in any text, if only nothing at its beginning."""
    text = pattern.value if isinstance(pattern, ast.Constant) else None
    try:
        return isinstance(text, str) and all(re.match(text, odd) is not None for odd in ("", "\0 ~\n\0"))
    except (re.error, RecursionError, OverflowError):
        return False


def named(call: ast.Call, name: str) -> bool:
    return any(item.arg == name for item in call.keywords)


class Numbers:
    """What the names of a file stand for where a number or a tolerance is asked for."""

    def __init__(self, tree: ast.Module) -> None:
        # By name: the number that a file binds once, the least of the column of a table of cases, or a default.
        self.bound: dict[str, float] = {}
        # By name: the calls of `functools.partial` that give a tolerance beforehand.
        self.partial: dict[str, ast.Call] = {}
        for top in tree.body:
            if isinstance(top, ast.Assign):
                value = number(top.value, self.bound)
                self.bound |= dict.fromkeys(targets(top), value) if value is not None else {}
                if isinstance(top.value, ast.Call) and called(top.value) == "partial" and top.value.args:
                    self.partial |= dict.fromkeys(targets(top), top.value)
        for node in every_node(tree):
            if called(node) == "parametrize" and isinstance(node, ast.Call):
                self.bound = {**dict(columns(node)), **self.bound}
            elif isinstance(node, FUNCTIONS):
                self.bound = {**dict(defaults(node)), **self.bound}


def defaults(function: Function) -> Iterator[tuple[str, float]]:
    """The parameters of a function that are a number where nobody gives another."""
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    pairs = [*zip(reversed(positional), reversed(given.defaults)), *zip(given.kwonlyargs, given.kw_defaults)]
    for parameter, default in pairs:
        value = None if default is None else number(default, {})
        if value is not None:
            yield parameter.arg, value


def columns(call: ast.Call) -> Iterator[tuple[str, float]]:
    """The names of a table of cases whose values are all written as numbers, with the one nearest to nothing."""
    names, rows = [*call.args[:2], None, None][:2]
    text = names.value if isinstance(names, ast.Constant) else None
    if not isinstance(text, str) or not isinstance(rows, (ast.List, ast.Tuple)) or not rows.elts:
        return
    split = [name.strip() for name in text.split(",") if name.strip()]
    for place, name in enumerate(split):
        cells = [row if len(split) == 1 else cell(row, place) for row in rows.elts]
        values = [None if item is None else number(item, {}) for item in cells]
        found = [abs(value) for value in values if value is not None]
        if len(found) == len(values):
            yield name, min(found)


def cell(row: ast.expr, place: int) -> ast.expr | None:
    cells = row.args if called(row) == "param" and isinstance(row, ast.Call) else getattr(row, "elts", [])
    return cells[place] if place < len(cells) else None


def bodies(tree: ast.Module) -> Iterator[tuple[list[ast.stmt], bool]]:
    """Bodies of statements within functions, and whether nothing around them looks at what they raise."""
    pending: list[tuple[ast.AST, bool, bool]] = [(tree, False, True)]
    while pending:
        node, is_within, is_open = pending.pop()
        is_within = is_within or isinstance(node, FUNCTIONS)
        is_open = isinstance(node, FUNCTIONS) or (is_open and not isinstance(node, (ast.With, ast.AsyncWith, ast.Try)))
        for field in ("body", "orelse", "finalbody"):
            body = getattr(node, field, None)
            if is_within and isinstance(body, list):
                yield body, is_open
        pending.extend((inner, is_within, is_open) for inner in ast.iter_child_nodes(node))


def always_holds(test: ast.expr, void: Set[str]) -> bool:
    if isinstance(test, (ast.GeneratorExp, ast.Lambda)) or asks_nothing(test, void):
        return True
    if isinstance(test, ast.Tuple):
        return bool(test.elts)
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
        return any(isinstance(item, ast.Constant) and bool(item.value) for item in test.values)
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        # No length is below nothing.
        return isinstance(test.ops[0], ast.GtE) and called(test.left) == "len" and is_constant(test.comparators[0], 0)
    if called(test) == "isinstance" and isinstance(test, ast.Call):
        return any(getattr(item, "id", "") == "object" for item in test.args[1:])
    return False


def asks_nothing(node: ast.expr, void: Set[str]) -> bool:
    """Tells whether a question of a mock is named and not called, or called by a name that is none of its own."""
    if isinstance(node, ast.Attribute):
        return bool(ASKING.match(node.attr))
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Attribute) and function.attr in void


def is_mock(node: ast.AST) -> bool:
    names = [item.name for item in node.names] if isinstance(node, (ast.Import, ast.ImportFrom)) else []
    source = node.module or "" if isinstance(node, ast.ImportFrom) else ""
    return "mock" in ".".join([source, *names]).split(".") or getattr(node, "arg", "") == "mocker"


def is_unread(node: ast.expr) -> bool:
    """Tells whether a comparison is made and thrown away, or an exception expected of nothing."""
    if isinstance(node, ast.Compare):
        return True
    return isinstance(node, ast.Call) and called(node) in RAISERS and len(node.args) == 1 and not node.keywords


def takes_a_message(call: ast.Call) -> bool:
    """Tells whether a value stands where a message belongs: the first is true, and the second is not looked at."""
    if called(call) not in ("assertTrue", "assertFalse") or len(call.args) < 2:
        return False
    second = call.args[1]
    if isinstance(second, ast.Constant):
        return not isinstance(second.value, str) and second.value is not None
    return isinstance(second, (ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp))


def is_wide(call: ast.Call, known: Numbers) -> bool:
    """Tells whether a tolerance takes quite other values for the same."""
    name = called(call)
    beforehand = known.partial.get(name)
    keywords = [*(beforehand.keywords if beforehand else []), *call.keywords]
    if beforehand:
        name = getattr(beforehand.args[0], "attr", getattr(beforehand.args[0], "id", ""))
    if name not in ("approx", "isclose"):
        return False
    given = {item.arg: number(item.value, known.bound) for item in keywords}
    values = [number(item, known.bound) for item in call.args]
    if name == "approx":
        given |= dict(zip(("rel", "abs"), values[1:3]))
    relative = given.get("rel", given.get("rel_tol"))
    absolute = given.get("abs", given.get("abs_tol"))
    expected = [abs(one) for one in values[: 1 if name == "approx" else 2] if one]
    is_far = absolute is not None and bool(expected) and absolute >= min(expected) >= NOTHING
    return is_far or (relative is not None and relative >= WIDE)


def number(node: ast.expr, bound: dict[str, float]) -> float | None:
    if isinstance(node, ast.Name):
        return bound.get(node.id)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = number(node.operand, bound)
        return None if inner is None else -inner
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mult)):
        left, right = number(node.left, bound), number(node.right, bound)
        return None if left is None or right is None else join(node.op, left, right)
    if called(node) == "float" and isinstance(node, ast.Call) and len(node.args) == 1:
        text = getattr(node.args[0], "value", None)
        return float("inf") if isinstance(text, str) and text.lower() in ("inf", "infinity") else None
    is_infinite = isinstance(node, ast.Attribute) and node.attr == "inf"
    return float("inf") if is_infinite else None


def join(operator: ast.operator, left: float, right: float) -> float | None:
    try:
        return left + right if isinstance(operator, ast.Add) else left * right
    except (OverflowError, MemoryError):
        return None


def is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value and not isinstance(node.value, bool)


# Tests that do not run


def uncollected(tree: ast.Module) -> Iterator[int]:
    """Tests inside of tests that nobody calls, and those of classes that nobody can make or asks for values."""
    for node in every_node(tree):
        if isinstance(node, FUNCTIONS) and node.name.startswith("test"):
            yield from nested(node)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in classes.values():
        if derives_from_testcase(node, classes, set()):
            yield from (item.lineno for item in node.body if isinstance(item, FUNCTIONS) and only_gives(item))
    heirs = {getattr(base, "id", "") for node in tree.body if isinstance(node, ast.ClassDef) for base in node.bases}
    for node in tree.body:
        if (
            isinstance(node, ast.ClassDef)
            and node.name.startswith("Test")
            and not node.bases
            and node.name not in heirs
        ):
            names = {item.name for item in node.body if isinstance(item, FUNCTIONS)}
            if names & {"__init__", "__new__"} and any(name.startswith("test_") for name in names):
                yield node.lineno


def only_gives(test: Function) -> bool:
    """Tells whether a test of unittest is a generator, which unittest makes and asks for nothing."""
    is_plain = test.name.startswith("test") and not test.decorator_list
    return is_plain and any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in within(test))


def nested(test: Function) -> Iterator[int]:
    used = {node.id for node in ast.walk(test) if isinstance(node, ast.Name)}
    pending: list[ast.AST] = list(test.body)
    while pending:
        node = pending.pop()
        if isinstance(node, FUNCTIONS):
            is_plain = node.name.startswith("test_") and not node.decorator_list
            if is_plain and node.name not in used and any(isinstance(item, ast.Assert) for item in ast.walk(node)):
                yield node.lineno
        elif not isinstance(node, ast.ClassDef):
            pending.extend(ast.iter_child_nodes(node))
