"""Finds suites that ask only whether one part of the code undoes another, from syntax trees alone.

`decode(encode(x)) == x` holds of two functions that give back what they get. One assertion about what either of them
gives is enough to tell them from others, so only a suite without any is named.
"""

from __future__ import annotations

import ast
import copy

from _saraphina_suite_nodes import FUNCTIONS, called, equated, every_node, mark_of, names_in, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Set

    from _saraphina_types import Function

MIRRORED = "round_trips_alone"
# What an assertion comes to.
MIRROR, SLIGHT, OTHER = "mirror", "slight", "other"
# Most names that are followed one through another.
MOST_STEPS = 4
# Methods of unittest that say hardly anything of a value.
SLIGHT_METHODS = (
    "assertNotEqual",
    "assertIsInstance",
    "assertIsNotNone",
    "assertNotIn",
    "assertIsNot",
    "assertNotEquals",
)
RAISING = ("assertRaises", "assertRaisesRegex", "assertWarns", "assertLogs", "assertWarnsRegex", "assertNoLogs")


def mirrored(files: Iterable[tuple[int, ast.Module, Set[str]]]) -> list[tuple[int, int]]:
    """The file and the line of each such assertion of a suite without others; `files`: with their names of the code."""
    found = []
    for index, tree, names in files:
        for line, kind in judged(tree, set(names)):
            if kind == OTHER:
                return []
            found += [(index, line)] if kind == MIRROR else []
    return found


def judged(tree: ast.Module, names: set[str]) -> Iterator[tuple[int, str]]:
    """Every assertion of a file with its line."""
    functions = [node for node in every_node(tree) if isinstance(node, FUNCTIONS)]
    fixtures = [one for one in functions if any(mark_of(mark) == "fixture" for mark in one.decorator_list)]
    names = names | {one.name for one in fixtures if is_made(one, names)}
    held = {
        target.attr
        for node in every_node(tree)
        if isinstance(node, ast.Assign) and is_ours(node.value, names, set())
        for target in node.targets
        if isinstance(target, ast.Attribute)
    }
    for function in functions:
        yield from of_function(function, names, held)


def is_made(fixture: Function, names: Set[str]) -> bool:
    """Tells whether a fixture gives an object of the code."""
    given = [node.value for node in within(fixture) if isinstance(node, (ast.Return, ast.Yield))]
    return any(value is not None and is_ours(value, names, set()) for value in given)


def of_function(function: Function, names: Set[str], held: Set[str]) -> Iterator[tuple[int, str]]:
    nodes = sorted((node for node in within(function) if hasattr(node, "lineno")), key=place)
    values: dict[str, ast.expr] = {}
    calls: list[ast.Call] = []
    for node in nodes:
        if isinstance(node, ast.Assert):
            for part in parts(node.test):
                yield node.lineno, kind_of(resolved(part, values), calls, (names, held))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values[node.targets[0].id] = resolved(node.value, values)
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            yield from of_call(node.value, values, calls, (names, held))


def of_call(
    call: ast.Call, values: Mapping[str, ast.expr], calls: list[ast.Call], ours: tuple[Set[str], Set[str]]
) -> Iterator[tuple[int, str]]:
    """A method of unittest that asserts something; any other call may write what a later one reads."""
    known = resolved(call, values)
    if not called(call).startswith("assert"):
        calls += [known] if isinstance(known, ast.Call) else []
    elif equated(call):
        yield call.lineno, kind_of(known, calls, ours)
    elif called(call) not in RAISING:
        yield call.lineno, SLIGHT if called(call) in SLIGHT_METHODS else OTHER


def place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def parts(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def resolved(node: ast.expr, values: Mapping[str, ast.expr]) -> ast.expr:
    """An expression with what names stand for in their place."""
    for _ in range(MOST_STEPS):
        if not names_in(node) & values.keys():
            break
        node = Filled(values).visit(copy.deepcopy(node))
    return node


class Filled(ast.NodeTransformer):
    """Puts values in the place of names."""

    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:
        value = self.values.get(node.id)
        # A name that is made from itself would never end.
        return node if value is None or node.id in names_in(value) else copy.deepcopy(value)


def is_ours(node: ast.AST, names: Set[str], held: Set[str]) -> bool:
    """Tells whether something is called that belongs to the code."""
    if not isinstance(node, ast.Call):
        return False
    inner: ast.AST = node.func
    while isinstance(inner, (ast.Attribute, ast.Subscript, ast.Call)):
        if isinstance(inner, ast.Attribute) and inner.attr in held:
            return True
        inner = inner.func if isinstance(inner, ast.Call) else inner.value
    return isinstance(inner, ast.Name) and inner.id in names


def kind_of(part: ast.expr, calls: list[ast.Call], ours: tuple[Set[str], Set[str]]) -> str:
    sides = [bare(side) for side in equated(part)]
    if len(sides) == 2:
        both = (sides, sides[::-1])
        return (
            MIRROR if any(undoes(one, other, ours) or reads(one, other, calls, ours) for one, other in both) else OTHER
        )
    if isinstance(part, ast.Compare) and isinstance(part.ops[0], (ast.NotEq, ast.IsNot, ast.NotIn)):
        return SLIGHT
    is_sized = (
        isinstance(part, ast.Compare) and called(part.left) == "len" and isinstance(part.ops[0], (ast.Gt, ast.GtE))
    )
    return SLIGHT if is_sized or called(part) == "isinstance" else OTHER


def bare(side: ast.expr) -> ast.expr:
    return side.args[0] if isinstance(side, ast.Call) and called(side) == "approx" and side.args else side


def undoes(outer: ast.expr, wanted: ast.expr, ours: tuple[Set[str], Set[str]]) -> bool:
    """Tells whether one call of the code gets what another one made of what is wanted, or gives that once more."""
    if not isinstance(outer, ast.Call) or not is_ours(outer, *ours):
        return False
    text = ast.dump(wanted)
    for given in (*outer.args, *(item.value for item in outer.keywords)):
        for inner in ast.walk(given):
            if isinstance(inner, ast.Call) and is_ours(inner, *ours):
                if ast.dump(inner) == text or any(ast.dump(item) == text for item in arguments(inner)):
                    return True
    return False


def reads(outer: ast.expr, wanted: ast.expr, calls: list[ast.Call], ours: tuple[Set[str], Set[str]]) -> bool:
    """Tells whether a function of the code reads from a place where another one has put what is wanted."""
    if not isinstance(outer, ast.Call) or not outer.args or not is_function(outer, ours[0]):
        return False
    from_place, text = ast.dump(outer.args[0]), ast.dump(wanted)
    for call in calls:
        put = [ast.dump(item) for item in call.args]
        if is_function(call, ours[0]) and text in put and from_place in put and text != from_place:
            return True
    return False


def is_function(call: ast.Call, names: Set[str]) -> bool:
    """Tells whether a function of the code is called, and no method of an object: those may be there to keep things."""
    owner = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    return isinstance(owner, ast.Name) and owner.id in names


def arguments(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (item.value for item in call.keywords)
