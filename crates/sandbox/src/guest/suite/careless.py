"""Finds assertions that hold whatever the code gives, and tests that never run, from syntax trees alone.

Such a test is green beside wrong code, and where others of the suite are sound no control need show it. Most are slips:
a call without its parentheses, an expected value in the place of a message. They are told, and keep evidence from the
highest grade.
"""

from __future__ import annotations

import ast
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Set

    from _saraphina_types import Function

IDLE = "idle_assertion"
UNCOLLECTED = "uncollected_tests"
WEAK = "weak_assertion"
CHOSEN = "cases_chosen_by_code"
MIRRORED = "expected_from_code"

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Questions of a mock, which ask nothing where they are not called.
ASKING = re.compile(r"^assert_(called|any_call|has_calls|not_called|has_awaits|awaited|any_await|not_awaited)")
# The same words without their beginning: a mock has an attribute of any name, and what it returns is true.
MISSPELT = re.compile(r"^(called_(once|with|once_with)|not_called|has_calls|any_call)$")
RAISERS = ("raises", "assertRaises", "warns", "assertWarns")
# A tolerance of this part of a value takes half or double for the same.
WIDE = 0.5
# What is smaller is there to be nearly nothing.
NOTHING = 1e-3


def places(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[tuple[str, int]]:
    """Kinds and lines of such places in a test file; `subject`: its names of the code, and of its modules."""
    yield from ((IDLE, line) for line in idle(tree))
    yield from ((UNCOLLECTED, line) for line in uncollected(tree))
    yield from ((WEAK, line) for line in weak(tree, subject))
    yield from ((CHOSEN, line) for line in chosen(tree, subject))
    yield from ((MIRRORED, line) for line in mirrored(tree, subject))


# Assertions


def idle(tree: ast.Module) -> Iterator[int]:
    has_mocks = any(is_mock(node) for node in ast.walk(tree))
    for body, is_open in bodies(tree):
        for node in body:
            if isinstance(node, ast.Assert) and always_holds(node.test, has_mocks):
                yield node.lineno
            elif isinstance(node, ast.Expr) and (
                asks_nothing(node.value, has_mocks) or (is_open and is_unread(node.value))
            ):
                yield node.lineno
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and takes_a_message(node.value):
                yield node.lineno
    bound = numbers(tree)
    for inner in ast.walk(tree):
        if isinstance(inner, ast.Call) and is_wide(inner, bound):
            yield inner.lineno


def numbers(tree: ast.Module) -> dict[str, float]:
    """Numbers that a file binds once under a name."""
    found: dict[str, float] = {}
    for node in tree.body:
        value = number(node.value, {}) if isinstance(node, ast.Assign) else None
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and value is not None:
                found[target.id] = value
    return found


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


def always_holds(test: ast.expr, has_mocks: bool) -> bool:
    if isinstance(test, (ast.GeneratorExp, ast.Lambda)) or asks_nothing(test, has_mocks):
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


def asks_nothing(node: ast.expr, has_mocks: bool) -> bool:
    """Tells whether a question of a mock is named and not called, or called by a name that is none of its own."""
    if isinstance(node, ast.Attribute):
        return bool(ASKING.match(node.attr))
    function = node.func if isinstance(node, ast.Call) and has_mocks else None
    return isinstance(function, ast.Attribute) and bool(MISSPELT.match(function.attr))


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


def is_wide(call: ast.Call, bound: dict[str, float]) -> bool:
    """Tells whether a tolerance takes quite other values for the same."""
    name = called(call)
    if name not in ("approx", "isclose"):
        return False
    given = {item.arg: number(item.value, bound) for item in call.keywords}
    values = [number(item, bound) for item in call.args]
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
    if called(node) == "float" and isinstance(node, ast.Call) and len(node.args) == 1:
        text = getattr(node.args[0], "value", None)
        return float("inf") if isinstance(text, str) and text.lower() in ("inf", "infinity") else None
    is_infinite = isinstance(node, ast.Attribute) and node.attr == "inf"
    return float("inf") if is_infinite else None


def called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", ""))


def is_constant(node: ast.expr, value: object) -> bool:
    return isinstance(node, ast.Constant) and node.value == value and not isinstance(node.value, bool)


def weak(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """Lines of assertions that are met by more than they seem to ask for."""
    names, aliases = subject

    def is_answer(node: ast.AST) -> bool:
        function = node.func if isinstance(node, ast.Call) else None
        if isinstance(function, ast.Attribute):
            return getattr(function.value, "id", "") in aliases and is_function(function.attr)
        return isinstance(function, ast.Name) and function.id in names and is_function(function.id)

    tables = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, (ast.Tuple, ast.List))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.IfExp) and is_unasked(node.test.orelse):
            # `f() == a if flag else b` holds wherever `b` is true.
            yield node.lineno
        elif isinstance(node, ast.Call) and (is_any_mock(node) or is_broad(node)):
            yield node.lineno
        elif isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In) and is_answer(node.left):
            # A part of a text, where one of several was meant.
            right = node.comparators[0]
            if isinstance(right, ast.Constant) and isinstance(right.value, str):
                yield node.lineno
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Call):
            if called(node.operand) == "all" and is_over_inputs(node.operand.args, is_answer, tables):
                yield node.lineno
        elif called(node) == "any" and isinstance(node, ast.Call) and is_over_inputs(node.args, is_answer, tables):
            yield node.lineno


def is_unasked(node: ast.expr) -> bool:
    return not isinstance(node, (ast.Compare, ast.Call, ast.BoolOp, ast.UnaryOp, ast.Name, ast.Attribute))


def is_any_mock(call: ast.Call) -> bool:
    """Tells whether anything will do for an argument that a mock was called with."""
    given = [*call.args, *(item.value for item in call.keywords)]
    names = [getattr(item, "attr", getattr(item, "id", "")) for item in given]
    return bool(ASKING.match(called(call))) and "ANY" in names


def is_broad(call: ast.Call) -> bool:
    """Tells whether every exception is the expected one, that of a wrong call too."""
    kind = call.args[0] if called(call) in RAISERS and call.args else None
    names = ("Exception", "BaseException")
    return getattr(kind, "id", "") in names and not any(item.arg == "match" for item in call.keywords)


def is_over_inputs(given: list[ast.expr], is_answer: Callable[[ast.AST], bool], tables: set[str]) -> bool:
    """Tells whether one right answer is enough for inputs that are written out."""
    first = given[0] if given else None
    if not isinstance(first, (ast.GeneratorExp, ast.ListComp)):
        return False
    table = first.generators[0].iter
    is_written = isinstance(table, (ast.Tuple, ast.List)) or getattr(table, "id", "") in tables
    return is_written and any(map(is_answer, ast.walk(first.elt)))


# Tests that do not run


def uncollected(tree: ast.Module) -> Iterator[int]:
    """Tests inside of tests that nobody calls, and those of classes that nobody can make."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS) and node.name.startswith("test"):
            yield from nested(node)
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


# Cases


def chosen(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """Conditions by which cases are taken or left out before any test runs, and that ask the code under test."""
    names, aliases = subject
    helpers = {node.name: node for node in tree.body if isinstance(node, FUNCTIONS)}

    def asks(node: ast.AST) -> bool:
        for item in ast.walk(node):
            if isinstance(item, ast.Name) and item.id in helpers and calls(helpers[item.id]):
                return True
        return calls(node)

    def calls(node: ast.AST) -> bool:
        for item in ast.walk(node):
            function = item.func if isinstance(item, ast.Call) else None
            if isinstance(function, ast.Attribute) and getattr(function.value, "id", "") in aliases:
                return is_function(function.attr)
            if isinstance(function, ast.Name) and function.id in names and is_function(function.id):
                return True
        return False

    for node in outside(tree):
        conditions: list[ast.expr] = []
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            conditions = [test for part in node.generators for test in part.ifs]
        elif called(node) == "filter" and isinstance(node, ast.Call):
            conditions = node.args[:1]
        if any(map(asks, conditions)):
            yield getattr(node, "lineno", 0)


def mirrored(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """Sums and products in tests that are made of several constants of the code: the same formula, written again."""
    names, aliases = subject
    for function in ast.walk(tree):
        if not (isinstance(function, FUNCTIONS) and function.name.startswith("test")):
            continue
        for node in ast.walk(function):
            values = [node.value] if isinstance(node, ast.Assign) else []
            values += [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            for value in values:
                used = set(constants(value, names, aliases)) if isinstance(value, ast.BinOp) else set()
                if len(used) > 1:
                    yield value.lineno


def constants(node: ast.AST, names: Set[str], aliases: Set[str]) -> Iterator[str]:
    for item in ast.walk(node):
        if isinstance(item, ast.Name) and item.id in names and item.id.isupper():
            yield item.id
        elif isinstance(item, ast.Attribute) and getattr(item.value, "id", "") in aliases and item.attr.isupper():
            yield item.attr


def is_function(name: str) -> bool:
    return not name[:1].isupper()


def outside(tree: ast.Module) -> Iterator[ast.AST]:
    """What runs when a file of tests is read: all but the bodies of its functions."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, FUNCTIONS):
            pending.extend(node.decorator_list)
        elif not isinstance(node, ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
