"""Finds checks that hold by what the test itself does, from syntax trees alone.

A table that gives the answer back where it has no row, a copy of arguments that shares what is in them, a new object
for each question, a loop that ends where the answer does: the code has no part in any of it.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import (
    FUNCTIONS,
    called,
    equated,
    every_node,
    mark_of,
    name_of,
    names_in,
    root_of,
    targets,
    within,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence, Set

    from _saraphina_types import Function

# Where the value stands that is given in place of one that is not there.
STANDING_IN = {"get": 2, "pop": 2, "setdefault": 2, "next": 2, "getattr": 3}
DISPLAYS = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)
COPIES = ("copy", "dict", "list")
WAITING = (ast.Await, ast.AsyncFor, ast.AsyncWith, ast.Yield)


def weak(tree: ast.Module, names: Set[str]) -> Iterator[int]:
    """Lines of assertions that are met by more than they seem to ask for; `names`: what the file has of the code."""
    tables = {name for node in tree.body if is_table(getattr(node, "value", None)) for name in targets(node)}
    fixtures = displays_of(tree)
    functions = [Body(node, names) for node in every_node(tree) if isinstance(node, FUNCTIONS)]
    given = passed(functions, names)
    for body in functions:
        if isinstance(body.function, ast.AsyncFunctionDef):
            yield from alone(body.function)
        if body.asserts:
            yield from fallen_back(body, tables, names)
            yield from shared(body, fixtures)
            yield from unfinished(body, given.get(body.function.name, set()))
            yield from unasked(body)
    yield from anew(tree, names)


class Body:
    """What a function has of this: its nodes, its assertions and names for what the code gave."""

    def __init__(self, function: Function, names: Set[str]) -> None:
        self.function = function
        self.nodes = list(within(function))
        self.asserts = [node for node in self.nodes if isinstance(node, ast.Assert)]
        self.assigns = [node for node in self.nodes if isinstance(node, ast.Assign)]
        self.assigns.sort(key=lambda node: node.lineno)
        self.answers: set[str] = set()
        for node in self.assigns:
            if names_in(node.value) & (names | self.answers):
                self.answers |= targets(node)
        self.answers -= {item.arg for item in function.args.args}


def is_table(node: ast.AST | None) -> bool:
    return isinstance(node, (ast.Dict, ast.DictComp)) or called(node) == "dict"


# Where there is no row


def fallen_back(body: Body, tables: Set[str], names: Set[str]) -> Iterator[int]:
    """Equalities whose expected value is the answer itself where a table of the tests has none."""
    values = {name: node.value for node in body.assigns for name in targets(node)} if tables else {}
    for node in body.asserts if tables else ():
        for asked, wanted in both(equated(node.test)):
            is_answer = not names_in(asked).isdisjoint(body.answers | names)
            found = values.get(wanted.id, wanted) if isinstance(wanted, ast.Name) else wanted
            if is_answer and root_of(found) != root_of(asked) and stands_in(found, asked, tables):
                yield node.lineno


def stands_in(wanted: ast.expr, asked: ast.expr, tables: Set[str]) -> bool:
    same = ast.dump(asked)
    if isinstance(wanted, ast.IfExp):
        return names_in(wanted) & tables != set() and same in (ast.dump(wanted.body), ast.dump(wanted.orelse))
    if isinstance(wanted, ast.BoolOp):
        return names_in(wanted) & tables != set() and ast.dump(wanted.values[-1]) == same
    if not isinstance(wanted, ast.Call) or len(wanted.args) != STANDING_IN.get(called(wanted)):
        return False
    return names_in(wanted.func) & tables != set() and ast.dump(wanted.args[-1]) == same


# What a copy shares


def displays_of(tree: ast.Module) -> dict[str, ast.expr]:
    """By fixture: the container that it gives, where that is written out."""
    found = {}
    for node in tree.body:
        if isinstance(node, FUNCTIONS) and "fixture" in map(mark_of, node.decorator_list):
            last = node.body[-1]
            if isinstance(last, ast.Return) and last.value is not None:
                found[node.name] = last.value
    return found


def is_nested(node: ast.expr | None) -> bool:
    items = getattr(node, "values", getattr(node, "elts", [])) if isinstance(node, (ast.Dict, ast.List)) else []
    return any(isinstance(item, DISPLAYS) for item in items)


def shared(body: Body, fixtures: dict[str, ast.expr]) -> Iterator[int]:
    """Equalities between a container of containers and a copy of its outermost alone, made before the code had it."""
    values = {item.arg: fixtures[item.arg] for item in body.function.args.args if item.arg in fixtures}
    copies = {}
    for node in body.assigns:
        for name, value in pairs(node):
            if is_nested(value):
                values[name] = value
            elif (source := copied(value)) in values and is_nested(values[source]):
                copies[name] = source
    for asserted in body.asserts if copies else ():
        sides = equated(asserted.test)
        if sides and all(isinstance(side, ast.Name) for side in sides):
            one, other = (name_of(side) for side in sides)
            if copies.get(one) == other or copies.get(other) == one:
                yield asserted.lineno


def pairs(node: ast.Assign) -> Iterator[tuple[str, ast.expr]]:
    for target in node.targets:
        if isinstance(target, ast.Name):
            yield target.id, node.value
        if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            yield from (
                (each.id, value) for each, value in zip(target.elts, node.value.elts) if isinstance(each, ast.Name)
            )


def copied(node: ast.expr) -> str:
    """The name of which this is a copy that shares what is in it."""
    if isinstance(node, ast.Call) and called(node) in COPIES and not node.keywords:
        inner = getattr(node.func, "value", None) if not node.args else node.args[0]
        return inner.id if isinstance(inner, ast.Name) else ""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
        is_whole = node.slice.lower is None and node.slice.upper is None
        return name_of(node.value) if is_whole else ""
    if isinstance(node, ast.Dict) and node.keys == [None]:
        return name_of(node.values[0])
    if isinstance(node, ast.List) and len(node.elts) == 1 and isinstance(node.elts[0], ast.Starred):
        return name_of(node.elts[0].value)
    return ""


# Loops that end with the answer


def passed(functions: Sequence[Body], names: Set[str]) -> dict[str, set[str]]:
    """By helper: parameters that answers of the code are given to, by tests that do not ask for their number."""
    helpers = {
        body.function.name: [item.arg for item in body.function.args.args]
        for body in functions
        if body.asserts and not body.function.name.startswith("test") and any(map(is_numbered, body.nodes))
    }
    found: dict[str, set[str]] = {}
    for body in functions if helpers else ():
        known = body.answers | names
        calls = [node for node in body.nodes if isinstance(node, ast.Call) and called(node) in helpers]
        if not calls or any(is_counted(node, known) for node in body.nodes):
            continue
        for node in calls:
            given = zip(helpers[called(node)], node.args)
            found.setdefault(called(node), set()).update(name for name, item in given if names_in(item) & known)
    return found


def is_numbered(node: ast.AST) -> bool:
    is_loop = isinstance(node, ast.For) and isinstance(node.target, ast.Tuple) and len(node.target.elts) == 2
    return is_loop and isinstance(node, ast.For) and called(node.iter) == "enumerate"


def unfinished(body: Body, given: Set[str]) -> Iterator[int]:
    """Equalities of single items in a loop over the answer, where nothing tells that it has all of them."""
    answers = body.answers | given
    loops = [node for node in body.nodes if is_numbered(node)] if answers else []
    if not loops or any(is_counted(node, answers) for node in body.nodes):
        return
    for loop in loops:
        call = loop.iter if isinstance(loop, ast.For) else None
        if not isinstance(loop, ast.For) or not isinstance(call, ast.Call) or len(call.args) != 1:
            continue
        number, item = (name_of(each) for each in getattr(loop.target, "elts", ()))
        if name_of(call.args[0]) in answers and number and item:
            for node in body.asserts:
                sides = both(equated(node.test)) if loop.lineno < node.lineno <= (loop.end_lineno or 0) else ()
                if any(is_item(one, item) and is_numbered_by(other, number, answers) for one, other in sides):
                    yield node.lineno


def both(sides: list[ast.expr]) -> Sequence[tuple[ast.expr, ast.expr]]:
    return ((sides[0], sides[1]), (sides[1], sides[0])) if sides else ()


def is_item(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def is_numbered_by(node: ast.expr, number: str, answers: Set[str]) -> bool:
    """Tells whether this is a part of something else than the answer, by the number of the turn."""
    return isinstance(node, ast.Subscript) and number in names_in(node.slice) and root_of(node) not in answers


def is_counted(node: ast.AST, answers: Set[str]) -> bool:
    """Tells whether a length of the answer is asked for, or all of it is held against something."""
    if isinstance(node, ast.Call) and called(node) in ("len", "sum", "zip", "zip_longest"):
        return bool(names_in(node) & answers)
    return any(isinstance(side, ast.Name) and side.id in answers for side in equated(node))


# Counts of nothing at once


def alone(function: ast.AsyncFunctionDef) -> Iterator[int]:
    """Counts that go up and down again while nothing else can run, and so never show how much runs at once."""
    blocks = [getattr(node, field, []) for node in ast.walk(function) for field in ("body", "orelse", "finalbody")]
    for block in blocks:
        up: dict[str, int] = {}
        for node in block if isinstance(block, list) else ():
            if any(isinstance(inner, WAITING) for inner in ast.walk(node)):
                up = {}
            if isinstance(node, ast.AugAssign) and getattr(node.value, "value", None) == 1:
                name = ast.unparse(node.target)
                if isinstance(node.op, ast.Add):
                    up[name] = node.lineno
                elif isinstance(node.op, ast.Sub) and name in up:
                    yield up[name]


# No question at all


def unasked(body: Body) -> Iterator[int]:
    """Assertions of which one branch holds a value that is expected against nothing."""
    for node in body.asserts:
        test = node.test
        if isinstance(test, ast.IfExp) and isinstance(test.orelse, (ast.Name, ast.Attribute, ast.Subscript)):
            if equated(test.body):
                yield node.lineno


# A new object for each question


def anew(tree: ast.Module, names: Set[str]) -> Iterator[int]:
    """Assertions that an object has nothing, which was made for the assertion alone."""
    makers = {node.name for node in tree.body if isinstance(node, FUNCTIONS) and makes(node, names, set())}
    for function in every_node(tree) if makers else ():
        if isinstance(function, FUNCTIONS) and function.name.startswith("test"):
            yield from of_new(function, ast.Call, makers)
    for owner in every_node(tree):
        if not isinstance(owner, ast.ClassDef):
            continue
        methods = [node for node in owner.body if isinstance(node, FUNCTIONS)]
        given = {node.name for node in methods if makes(node, names, {"property"})}
        for method in methods:
            if given and method.name.startswith("test"):
                yield from of_new(method, ast.Attribute, given)


def makes(function: Function, names: Set[str], marks: set[str]) -> bool:
    """Tells whether a function does nothing else than to make an object of the code."""
    if {name_of(item) for item in function.decorator_list} != marks or len(function.body) != 1:
        return False
    last = function.body[0]
    made = last.value if isinstance(last, ast.Return) else None
    return isinstance(made, ast.Call) and root_of(made.func) in names


def of_new(function: Function, kind: type[ast.AST], makers: Set[str]) -> Iterator[int]:
    def is_new(node: ast.AST) -> bool:
        return isinstance(node, kind) and (called(node) or name_of(node)) in makers

    changed = False
    for node in function.body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            changed |= is_new(getattr(node.value.func, "value", node))
        if isinstance(node, ast.Assert) and changed and is_nothing(node.test):
            if any(is_new(inner) for inner in ast.walk(node.test)):
                yield node.lineno


def is_nothing(test: ast.expr) -> bool:
    """Tells whether something is to be absent, empty, false or zero."""
    if isinstance(test, ast.UnaryOp):
        return isinstance(test.op, ast.Not)
    if not isinstance(test, ast.Compare) or len(test.ops) != 1:
        return False
    wanted = test.comparators[0]
    is_empty = isinstance(wanted, (ast.List, ast.Dict, ast.Tuple)) and not ast.unparse(wanted).strip("[](){}")
    is_zero = isinstance(wanted, ast.Constant) and not wanted.value
    return isinstance(test.ops[0], ast.NotIn) or (isinstance(test.ops[0], (ast.Is, ast.Eq)) and (is_empty or is_zero))
