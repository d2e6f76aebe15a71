"""Finds assertions that are met by more than they seem to ask for, and expectations that come from the code.

Like what `careless.py` finds they are told, and keep evidence from the highest grade.
"""

from __future__ import annotations

import ast

import _saraphina_suite_careless as careless
from _saraphina_suite_lost import ASIDE
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, listed, root_of, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Set

WEAK = "weak_assertion"
CHOSEN = "cases_chosen_by_code"
MIRRORED = "expected_from_code"

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
READING = ("read_text", "read_bytes", "read", "load", "loads")
WRITING = ("write_text", "write_bytes", "write", "dump", "copy", "copyfile")
CHANGING = ("update", "append", "extend", "insert", "add", "pop", "remove", "setdefault", "clear", "sort", "reverse")


def places(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[tuple[str, int]]:
    """Kinds and lines of such places in a test file; `subject`: its names of the code, and of its modules."""
    yield from (
        (WEAK, line)
        for line in (
            *weak(tree, subject),
            *shared(tree),
            *deaf(tree),
            *circular(tree, subject),
            *shortened(tree),
            *shallow(tree),
        )
    )
    yield from ((CHOSEN, line) for line in chosen(tree, subject))
    yield from ((MIRRORED, line) for line in (*mirrored(tree, subject), *self_written(tree), *recorded(tree, subject)))


def weak(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """Lines of assertions that are met by more than they seem to ask for."""

    def is_answer(node: ast.AST) -> bool:
        return is_function(asked(node, subject))

    tables = {
        name
        for node in tree.body
        if isinstance(getattr(node, "value", None), (ast.Tuple, ast.List))
        for name in targets(node)
    }
    for node in every_node(tree):
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
    return bool(careless.ASKING.match(called(call))) and "ANY" in names


def is_broad(call: ast.Call) -> bool:
    """Tells whether every exception is the expected one, that of a wrong call too."""
    kind = call.args[0] if called(call) in careless.RAISERS and call.args else None
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


def shared(tree: ast.Module) -> Iterator[int]:
    """Comparisons with what is another name of an argument, and was changed under it before the call."""
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS) and function.name.startswith("test"):
            twins = {
                node.targets[0].id: node.value.id
                for node in function.body
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
                if isinstance(node.value, ast.Name)
            }
            changed = {name for node in ast.walk(function) for name in changes(node)} & twins.keys()
            for node in ast.walk(function):
                if isinstance(node, ast.Compare) and any(meets(node, name, twins[name]) for name in changed):
                    yield node.lineno


def changes(node: ast.AST) -> Iterator[str]:
    """The name of what a node changes from inside."""
    owner: ast.AST | None = None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        owner = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
        owner = node.func.value
    while isinstance(owner, (ast.Subscript, ast.Attribute)):
        owner = owner.value
    if isinstance(owner, ast.Name):
        yield owner.id


def meets(node: ast.Compare, expected: str, given: str) -> bool:
    sides = [node.left, *node.comparators]
    arguments = [item for side in sides if isinstance(side, ast.Call) for item in side.args]
    is_given = any(getattr(item, "id", "") == given for item in arguments)
    return is_given and any(getattr(side, "id", "") == expected for side in sides)


def deaf(tree: ast.Module) -> Iterator[int]:
    """Fixtures that rows of a table are handed to, and that never ask for them."""
    fixtures = {node.name: node for node in tree.body if isinstance(node, FUNCTIONS)}
    for node in every_node(tree):
        if called(node) == "parametrize" and isinstance(node, ast.Call) and node.args:
            given = next((item.value for item in node.keywords if item.arg == "indirect"), None)
            first = node.args[0]
            named = given if isinstance(given, (ast.List, ast.Tuple)) else first
            names = listed(named) if given else ()
            for fixture in (fixtures[name] for name in names if name in fixtures):
                # `request.param`, and `getattr(request, "param", …)` where it may be without.
                words = [getattr(item, "attr", getattr(item, "value", "")) for item in ast.walk(fixture)]
                if "param" not in words:
                    yield node.lineno


def circular(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """The first comparison of a way there and back, where nothing says what lies in between: two wrong halves agree."""
    trips: dict[int, set[str]] = {}
    said: set[str] = set()
    for node in every_node(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            for side, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
                outer = asked(side, subject)
                if isinstance(side, ast.Call) and outer and (between := halfway(side, other, subject)):
                    trips[node.lineno] = {outer, *between}
                elif outer and not (isinstance(other, ast.Constant) and not other.value) and not asked(other, subject):
                    said.add(outer)
    alone = [line for line, both in trips.items() if not both & said]
    yield from sorted(alone)[:1]


def halfway(call: ast.Call, expected: ast.expr, subject: tuple[Set[str], Set[str]]) -> set[str]:
    """What of the code an answer went through, where what was given at first is expected to come back."""
    inner = [item for given in call.args for item in ast.walk(given)]
    is_number = isinstance(expected, ast.Constant) and not isinstance(expected.value, (str, bytes))
    if is_number or ast.dump(expected) not in map(ast.dump, inner):
        return set()
    # A class further inside makes what is sent on its way.
    names = {asked(item, subject) for item in inner if item in call.args[:1] or is_function(asked(item, subject))}
    return names - {"", asked(call, subject)}


def shortened(tree: ast.Module) -> Iterator[int]:
    """Comparisons pair by pair that end with the shorter side, where nothing asks for the lengths."""
    for function in every_node(tree):
        if not isinstance(function, FUNCTIONS) or any(called(node) in ("len", "count") for node in ast.walk(function)):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.For):
                tests = [item.test for item in node.body if isinstance(item, ast.Assert)]
                if len(tests) == len(node.body) and all(is_pairwise(node, test) for test in tests):
                    yield node.lineno
            elif isinstance(node, ast.GeneratorExp) and is_pairwise(node.generators[0], node.elt):
                yield node.lineno


def is_pairwise(loop: ast.For | ast.comprehension, test: ast.expr) -> bool:
    """Tells whether the two values of each step through two series of their own are held against each other."""
    series, target = loop.iter, loop.target
    if called(series) == "enumerate" and isinstance(series, ast.Call) and series.args:
        series = series.args[0]
        target = target.elts[-1] if isinstance(target, ast.Tuple) else target
    if called(series) != "zip" or not isinstance(series, ast.Call) or len(series.args) != 2 or series.keywords:
        return False
    roots = [{item.id for item in ast.walk(side) if isinstance(item, ast.Name)} for side in series.args]
    names = [getattr(item, "id", "") for item in target.elts] if isinstance(target, ast.Tuple) else []
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Eq) or roots[0] & roots[1]:
        return False
    sides = [root_of(item) for item in (test.left, *test.comparators)]
    return len(names) == 2 and sorted(names) == sorted(sides)


def shallow(tree: ast.Module) -> Iterator[int]:
    """Files that are taken for the same by their size and time (the standard library's `filecmp`)."""
    for node in every_node(tree):
        owner = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        is_theirs = isinstance(node, ast.Call) and getattr(owner, "id", "") == "filecmp"
        if is_theirs and isinstance(node, ast.Call) and called(node) in ("cmp", "cmpfiles", "dircmp"):
            if not any(item.arg == "shallow" for item in node.keywords):
                yield node.lineno


# Cases


def chosen(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """Conditions by which cases are taken or left out before any test runs, and that ask the code under test."""
    helpers = {node.name: node for node in tree.body if isinstance(node, FUNCTIONS)}

    def asks(node: ast.AST) -> bool:
        for item in ast.walk(node):
            if isinstance(item, ast.Name) and item.id in helpers and calls(helpers[item.id]):
                return True
        return calls(node)

    def calls(node: ast.AST) -> bool:
        return any(is_function(name) for item in ast.walk(node) for name in (asked(item, subject), *handed(item)))

    def handed(node: ast.AST) -> Iterator[str]:
        """Functions of the code that another is to call, as in `map(sort_key, pair)`."""
        if isinstance(node, ast.Call):
            given = [*node.args, *(item.value for item in node.keywords)]
            yield from (item.id for item in given if isinstance(item, ast.Name) and item.id in subject[0])

    for node in outside(tree):
        conditions: list[ast.expr] = []
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            conditions = [test for part in node.generators for test in part.ifs]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "filter":
            conditions = node.args[:1]
        if any(map(asks, conditions)):
            yield getattr(node, "lineno", 0)
    for node in every_node(tree):
        if isinstance(node, ast.If) and isinstance(node.body[-1], ast.Continue) and calls(node.test):
            # A loop of a test leaves out what the code says it should.
            yield node.lineno


def mirrored(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """Sums and products in tests that are made of several constants of the code: the same formula, written again."""
    names, aliases = subject
    for function in every_node(tree):
        if not (isinstance(function, FUNCTIONS) and function.name.startswith("test")):
            continue
        for node in ast.walk(function):
            values = [node.value] if isinstance(node, ast.Assign) else []
            values += [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
            for value in values:
                is_formula = isinstance(value, ast.BinOp) and isinstance(value.op, ARITHMETIC)
                used = set(constants(value, names, aliases)) if is_formula else set()
                if len(used) > 1:
                    yield value.lineno


def self_written(tree: ast.Module) -> Iterator[int]:
    """Comparisons with a file that the same function writes where it is missing: the first run agrees with itself."""
    for function in every_node(tree):
        if not isinstance(function, FUNCTIONS):
            continue
        is_made = any(isinstance(node, ast.If) and makes_missing(node) for node in ast.walk(function))
        for node in ast.walk(function) if is_made else ():
            if isinstance(node, ast.Assert) and any(called(item) in READING for item in ast.walk(node.test)):
                yield node.lineno


def recorded(tree: ast.Module, subject: tuple[Set[str], Set[str]]) -> Iterator[int]:
    """Comparisons of an answer with a file in the code's own place, which it may have written a moment before."""
    helpers = {node.name: node for node in tree.body if isinstance(node, FUNCTIONS)}

    def is_record(side: ast.expr) -> bool:
        parts = [side, *(helpers[name] for name in [called(side)] if name in helpers)]
        reads = any(called(item) in READING for part in parts for item in ast.walk(part))
        return reads and any(True for part in parts for _ in constants(part, *subject))

    for node in every_node(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            sides = [node.left, node.comparators[0]]
            if any(map(is_record, sides)) and not any(isinstance(side, ast.Constant) for side in sides):
                yield node.lineno


def makes_missing(branch: ast.If) -> bool:
    """Tells whether a file is written because it is not there, and nobody is told that it was not."""
    is_missing = isinstance(branch.test, ast.UnaryOp) and isinstance(branch.test.op, ast.Not)
    is_asked = is_missing and any(called(item) in ("exists", "is_file", "isfile") for item in ast.walk(branch.test))
    inner = [item for node in branch.body for item in ast.walk(node)]
    is_told = any(isinstance(item, (ast.Raise, ast.Assert)) or called(item) in ("fail", *ASIDE) for item in inner)
    return is_asked and not is_told and any(called(item) in WRITING for item in inner)


def constants(node: ast.AST, names: Set[str], aliases: Set[str]) -> Iterator[str]:
    for item in ast.walk(node):
        if isinstance(item, ast.Name) and item.id in names and item.id.isupper():
            yield item.id
        elif isinstance(item, ast.Attribute) and getattr(item.value, "id", "") in aliases and item.attr.isupper():
            yield item.attr


def asked(node: ast.AST, subject: tuple[Set[str], Set[str]]) -> str:
    """The name of what of the code a call calls; nothing where it calls something else."""
    names, aliases = subject
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr if getattr(function.value, "id", "") in aliases else ""
    return function.id if isinstance(function, ast.Name) and function.id in names else ""


def is_function(name: str) -> bool:
    return bool(name) and not name[:1].isupper()


def outside(tree: ast.Module) -> Iterator[ast.AST]:
    """What runs before any test: all but the bodies of functions that are no hooks of pytest."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, FUNCTIONS):
            pending.extend(node.decorator_list)
            pending.extend(node.body if node.name.startswith("pytest_") else [])
        elif not isinstance(node, ast.Lambda):
            pending.extend(ast.iter_child_nodes(node))
