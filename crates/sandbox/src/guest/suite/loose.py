"""Finds assertions for which a part, an empty pattern or the answer itself is enough, and orders that nobody looks at.

Each reads like a strict one and is green beside wrong code. Like what `weak.py` finds they are told, and keep evidence
from the highest grade.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_careless import takes_all
from _saraphina_suite_nodes import FUNCTIONS, MAKING, called, every_node, targets
from _saraphina_suite_weak import asked, is_function

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Set

    from _saraphina_types import Function

ORDERING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn)
SAME = (ast.Eq, ast.Is)
MATCHING = {"match", "search"}
ORDERLESS = {"sorted", "set", "frozenset", "Counter", "assertCountEqual"}
SUMMING = {"len", "max", "min", "sum", "bool", "isinstance"}
# How a function says that its answer has an order, or that it has none.
ORDERED = re.compile(
    r"\b(sorted|ordered|ranked|descending|ascending|chronological(ly)?|(in|by) [\w -]{0,30}order|[a-z]+est first)\b"
)
UNORDERED = re.compile(r"\b(unordered|(no|any|arbitrary|unspecified|whatever) [\w -]{0,20}order)\b")

# Methods of Python's own have these names too.
COMMON = {name for kind in (str, bytes, list, dict, set) for name in dir(kind)} | {"listdir", "keys", "read"}


class Code:
    """What the code has of this, read once for all test files: answers with an order, containers of objects."""

    def __init__(self, files: Iterable[ast.Module]) -> None:
        nodes = [node for file in files for node in every_node(file)]
        functions = [node for node in nodes if isinstance(node, FUNCTIONS)]
        self.ordered = {node.name for node in functions if says_order(node)} - COMMON - ORDERLESS
        # What another method sets anew is another one than before.
        made = [name for function in functions if function.name == "__init__" for name in own(function, is_container)]
        again = {name for function in functions if function.name != "__init__" for name in own(function, bool)}
        held = set(made) - again
        given = {function.name for function in functions if gives(function) in held}
        otherwise = {function.name for function in functions} - given
        self.containers = (held | given) - otherwise


def loose(tree: ast.Module, subject: tuple[Set[str], Set[str]], code: Code) -> Iterator[int]:
    """Lines of such assertions in a test file; `subject`: its names of the code, and of its modules."""
    yield from parts(tree, subject)
    yield from handed_patterns(tree)
    for node in every_node(tree):
        if isinstance(node, ast.Compare) and is_mixed(node):
            yield node.lineno
        elif isinstance(node, FUNCTIONS):
            yield from itself(node)
            yield from kept(node, code.containers)
    yield from unordered(tree, code.ordered)


# Parts and patterns


def parts(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """Answers that may be any part of an expected text of several words."""
    written = [node for node in tree.body if isinstance(node, ast.Assign) and is_wordy(node.value)]
    texts = {name for node in written for name in targets(node)}
    for function in every_node(tree):
        if not (isinstance(function, FUNCTIONS) and function.name.startswith("test")):
            continue
        kept = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
        answers = {name for node in kept if is_function(asked(node.value, subject)) for name in targets(node)}
        for node in ast.walk(function):
            if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.In):
                right = node.comparators[0]
                is_answer = getattr(node.left, "id", "") in answers
                is_named = getattr(right, "id", "") in texts
                is_asked = is_named and is_function(asked(node.left, subject))
                if is_asked or (is_answer and (is_named or is_wordy(right))):
                    yield node.lineno


def is_wordy(node: ast.expr) -> bool:
    """Tells whether a text is more than a set of letters to choose from."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search(r"\S\s+\S", node.value))


def handed_patterns(tree: ast.Module) -> Iterator[int]:
    """Patterns that find something in any text, where a helper is to look for them."""
    helpers: dict[str, int] = {}
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS) and not function.name.startswith("test"):
            names = [item.arg for item in function.args.args if item.arg != "self"]
            for node in ast.walk(function):
                given = node.args[:1] if isinstance(node, ast.Call) and called(node) in MATCHING else []
                for pattern in (getattr(item, "id", "") for item in given):
                    if pattern in names:
                        helpers[function.name] = names.index(pattern)
    for node in every_node(tree):
        if isinstance(node, ast.Call) and called(node) in helpers:
            at = helpers[called(node)]
            if len(node.args) > at and takes_all(node.args[at]):
                yield node.lineno


def is_mixed(node: ast.Compare) -> bool:
    """Tells whether a row of comparisons ends with one to true or false: `a > b == True` says nothing of `a > b`."""
    row = list(zip(node.ops, node.comparators))
    is_flag = any(isinstance(op, SAME) and isinstance(getattr(side, "value", None), bool) for op, side in row)
    return is_flag and len(row) > 1 and any(isinstance(op, ORDERING) for op in node.ops)


# The answer itself


def itself(function: Function) -> Iterator[int]:
    """Comparisons of an answer with what was expected, or else with the answer."""
    instead: dict[str, set[str]] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for name in targets(node):
                instead.setdefault(name, set()).update(replacements(node.value) - {name})
    for node in ast.walk(function):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
            sides = (node.left, node.comparators[0])
            for one, other in (sides, sides[::-1]):
                named = instead.get(getattr(one, "id", ""), set()) | replacements(one)
                if isinstance(other, ast.Name) and other.id in named:
                    yield node.lineno


def replacements(node: ast.expr) -> set[str]:
    """Names of what is taken where the first is missing, as it is or as a copy."""
    rest = [node.orelse] if isinstance(node, ast.IfExp) else []
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
        rest = node.values[1:]
    found = set()
    for item in rest:
        is_copy = called(item) in (*MAKING, "tuple", "copy", "deepcopy") and isinstance(item, ast.Call)
        bare = item.args[0] if is_copy and isinstance(item, ast.Call) and item.args else item
        found.add(getattr(bare, "id", ""))
    return found - {""}


def kept(function: Function, containers: Set[str]) -> Iterator[int]:
    """Comparisons of a container of an object with itself: what was kept of it before is the same one."""
    before: dict[str, str] = {}
    for node in function.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute) and node.value.attr in containers:
            before.update((name, ast.dump(node.value)) for name in targets(node))
        elif isinstance(node, ast.Assign):
            for name in targets(node):
                before.pop(name, None)
        test = node.test if isinstance(node, ast.Assert) else None
        if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
            sides = (test.left, test.comparators[0])
            for one, other in (sides, sides[::-1]):
                if isinstance(one, ast.Name) and before.get(one.id) == ast.dump(other):
                    yield node.lineno


def own(function: Function, is_meant: Callable[[ast.expr], bool]) -> Iterator[str]:
    """Names of attributes of the object itself that a function sets to what is meant."""
    for node in ast.walk(function):
        value = getattr(node, "value", None)
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(value, ast.expr) and is_meant(value):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Attribute) and getattr(target.value, "id", "") == "self":
                    yield target.attr


def gives(function: Function) -> str:
    """The attribute that a property gives as it is."""
    last = function.body[-1]
    value = last.value if isinstance(last, ast.Return) and function.decorator_list else None
    return value.attr if isinstance(value, ast.Attribute) and getattr(value.value, "id", "") == "self" else ""


def is_container(node: ast.expr) -> bool:
    shapes = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
    if isinstance(node, ast.IfExp):
        return is_container(node.body) or is_container(node.orelse)
    return isinstance(node, shapes) or called(node) in MAKING


# Order


def says_order(function: Function) -> bool:
    text = (ast.get_docstring(function) or "").lower()
    return bool(ORDERED.search(text)) and not UNORDERED.search(text)


def unordered(tree: ast.Module, ordered: Set[str]) -> Iterator[int]:
    """The first comparison of an answer that has an order, where all comparisons of it throw the order away."""
    thrown: dict[str, int] = {}
    seen: set[str] = set()
    for function in every_node(tree) if ordered else ():
        if isinstance(function, FUNCTIONS):
            kept: dict[str, set[str]] = {}
            for node in ast.walk(function):
                if isinstance(node, ast.Assign):
                    for name in targets(node):
                        kept.setdefault(name, set()).update(answers(node.value, ordered, {}))
                elif isinstance(node, ast.For):
                    # What is walked through may be asked for its order on the way.
                    seen |= answers(node.iter, ordered, kept)
            for node, side in looked_at(function):
                names = answers(side, ordered, kept)
                if called(side) in ORDERLESS:
                    thrown.update((name, node.lineno) for name in names if name not in thrown)
                elif called(side) not in SUMMING:
                    seen |= names
    yield from sorted({line for name, line in thrown.items() if name not in seen})


def looked_at(function: Function) -> Iterator[tuple[ast.expr, ast.expr]]:
    """What a test compares, takes a part of or hands on."""
    for node in ast.walk(function):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            # Nothing has no order.
            is_empty = any(isinstance(side, (ast.List, ast.Tuple)) and not side.elts for side in sides)
            yield from ((node, side) for side in sides if not is_empty)
        elif isinstance(node, ast.Subscript):
            yield node, node.value
        elif isinstance(node, ast.Call) and called(node) not in (*ORDERLESS, *SUMMING):
            yield from ((node, side) for side in node.args)


def answers(node: ast.AST, ordered: Set[str], kept: dict[str, set[str]]) -> set[str]:
    """Functions whose answers a node is made of, directly or by a name."""
    found: set[str] = set()
    for item in ast.walk(node):
        found |= {called(item)} & ordered if isinstance(item, ast.Call) else kept.get(getattr(item, "id", ""), set())
    return found
