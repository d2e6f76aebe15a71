"""Finds comparisons of things that cannot differ, or differ unseen.

Two names of one member of an enumeration, an argument that the code has changed before anybody looks at it again, a
difference that is no number: each comparison looks strict, and is green beside wrong code.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called, every_node, targets
from _saraphina_suite_weak import asked, changes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

ENUMERATIONS = {"Enum", "IntEnum", "StrEnum"}
# Calls that say of two things that they are one.
SAYING = ("assertIs", "assertEqual")
MOCKED = "call"


class Code:
    """What the code has of this, read once for all test files: functions that change arguments, names of one member."""

    def __init__(self, files: Iterable[ast.Module]) -> None:
        files = list(files)
        nodes = [node for file in files for node in every_node(file)]
        self.changing = changers([node for file in files for node in file.body if isinstance(node, FUNCTIONS)])
        self.members = [pair for node in nodes if isinstance(node, ast.ClassDef) for pair in same_members(node)]


def alike(tree: ast.Module, subject: tuple[Set[str], Set[str]], code: Code) -> Iterator[int]:
    """Lines of such comparisons in a test file; `subject`: its names of the code, and of its modules."""
    yield from members(tree, code)
    if code.changing:
        yield from changed_before(tree, subject, code.changing)
    yield from unnumbered(tree)
    for node in every_node(tree):
        if isinstance(node, ast.Call) and called(node) == MOCKED and is_anything(node):
            yield node.lineno


def same_members(cls: ast.ClassDef) -> Iterator[tuple[str, set[str]]]:
    """The class and the names of each member of an enumeration that has several."""
    if not ENUMERATIONS & {getattr(base, "attr", getattr(base, "id", "")) for base in cls.bases}:
        return
    named: dict[object, set[str]] = {}
    if any(isinstance(node, ast.Assign) and len(node.targets) > 1 for node in cls.body):
        # Who gives a member two names in one line (`INT = I = 0`) means one.
        return
    for node in cls.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            # Members of equal values are one, such as those of 0 and of False.
            named.setdefault(node.value.value, set()).update(targets(node))
    yield from ((cls.name, names) for names in named.values() if len(names) > 1)


def members(tree: ast.Module, code: Code) -> Iterator[int]:
    """First lines of further names of a member, where tests use several and never say that they are one."""
    for cls, names in code.members:
        used = list(uses(tree, cls, names))
        if not any(says_so(node, cls, names) for node in every_node(tree)):
            yield from [line for name, line in used if name != used[0][0]][:1]


def says_so(node: ast.AST, cls: str, names: Set[str]) -> bool:
    """Tells whether this compares two names of a member, and nothing else."""
    sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
    if isinstance(node, ast.Call) and called(node) in SAYING:
        sides = node.args[:2]
    return bool(sides) and all(isinstance(side, ast.Attribute) and list(uses(side, cls, names)) for side in sides)


def uses(tree: ast.AST, cls: str, names: Set[str]) -> Iterator[tuple[str, int]]:
    """Members that are named in a tree, each with its line."""
    for node in ast.walk(tree) if not isinstance(tree, ast.Attribute) else [tree]:
        if isinstance(node, ast.Attribute) and node.attr in names:
            if cls in (getattr(node.value, "attr", ""), getattr(node.value, "id", "")):
                yield node.attr, node.lineno


def changers(functions: Iterable[ast.FunctionDef | ast.AsyncFunctionDef]) -> dict[str, set[int]]:
    """By name, the places of the arguments that a function of a module changes from inside, giving something too.

    Of functions of one name, only what all of them change counts.
    """
    found: dict[str, set[int]] = {}
    for function in functions:
        arguments = [item.arg for item in (*function.args.posonlyargs, *function.args.args)]
        inner = list(ast.walk(function))
        bound = {name for item in inner if isinstance(item, ast.Assign) for name in targets(item)}
        changed = {name for item in inner for name in changes(item)} - bound
        gives = any(isinstance(item, ast.Return) and item.value is not None for item in inner)
        places = {place for place, name in enumerate(arguments) if gives and name in changed}
        found[function.name] = found.get(function.name, places) & places
    return {name: places for name, places in found.items() if places}


def changed_before(
    tree: ast.Module, subject: tuple[Set[str], Set[str]], changing: dict[str, set[int]]
) -> Iterator[int]:
    """Comparisons of an answer with what is calculated from an argument only after the code has changed it."""
    for function in every_node(tree):
        if not isinstance(function, FUNCTIONS) or not function.name.startswith("test"):
            continue
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call) and asked(node, subject) in changing]
        given = {
            item.id: node.lineno
            for node in calls
            for place, item in enumerate(node.args)
            if isinstance(item, ast.Name) and place in changing[asked(node, subject)]
        }
        given |= {
            name: given[node.value.id]
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name) and node.value.id in given
            for name in targets(node)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
                other = node.comparators[0]
                if isinstance(other, ast.Call) and asked(other, subject) not in changing:
                    passed = [item for call in ast.walk(other) if isinstance(call, ast.Call) for item in call.args]
                    names = {item.id for item in passed if isinstance(item, ast.Name)}
                    if any(given.get(name, other.lineno + 1) <= other.lineno for name in names):
                        yield other.lineno


def unnumbered(tree: ast.Module) -> Iterator[int]:
    """Assertions that a difference is not too large, which hold where it is no number at all."""
    helpers = {
        node.name
        for node in every_node(tree)
        if isinstance(node, FUNCTIONS) and isinstance(node.body[-1], ast.Return) and is_too_far(node.body[-1].value)
    }
    for node in every_node(tree):
        denied: list[ast.expr] = []
        if isinstance(node, ast.Assert) and isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not):
            denied = [node.test.operand]
        elif isinstance(node, ast.Call) and called(node) == "assertFalse":
            denied = node.args[:1]
        yield from (item.lineno for item in denied if is_too_far(item) or called(item) in helpers)


def is_too_far(node: ast.expr | None) -> bool:
    if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], (ast.Gt, ast.GtE)):
        return False
    left = node.left
    given = left.args[:1] if isinstance(left, ast.Call) and called(left) in ("abs", "fabs") else []
    return any(isinstance(item, ast.BinOp) for item in given)


def is_anything(call: ast.Call) -> bool:
    """Tells whether a call that a mock should have had is one with any arguments."""
    given = [*call.args, *(item.value for item in call.keywords)]
    names = [getattr(item, "attr", getattr(item, "id", "")) for item in given]
    return bool(names) and all(name == "ANY" for name in names)
