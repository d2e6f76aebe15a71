"""Finds answers that tests hand to the code they test, from syntax trees alone.

A fixture that fills a table of the code with what the tests expect, or a file that both read, makes wrong code answer
rightly where it is tested and nowhere else.
"""

from __future__ import annotations

import ast
import itertools
import re

import _saraphina_suite_answers as answers
import _saraphina_suite_written as written
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, from_tables, root_of, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from _saraphina_suite_written import Pair
    from _saraphina_types import Function

FILLED = "answers_put_in_code"
REFERRED = "expected_from_code"
REPLACED = "replaced_by_tests"
SHARED = "data_shared_with_tests"
# Files that describe a project, or are no data.
PROJECT = re.compile(r"\.(py|pyi|md|rst|cfg|ini|lock|in)$|(^|/)(pyproject\.toml|requirements[^/]*|[A-Z]+(\.\w+)?)$")
# What loads a module by its name, and how long fixtures last.
LOADING = ("importorskip", "import_module")
LIFETIMES = ("session", "package", "module", "class", "function")
EXCHANGING = ("setattr", "object", "patch")
# Modules whose functions depend on nothing but what they are given.
PURE = frozenset(
    "calendar collections dataclasses datetime decimal enum fractions functools itertools math re string".split()
)
FILLING = ("setattr", "object", "dict", "update", "setitem")


def filled(codes: list[ast.Module], tests: list[ast.Module], aliases: list[Set[str]]) -> Iterator[tuple[int, int]]:
    """The number of a test file and the line where it puts a table into the code that holds what it expects of it."""
    functions = {node.name: (node, tree) for tree in codes for node in every_node(tree) if isinstance(node, FUNCTIONS)}
    asked = (pair for tree in tests for _, pair in answers.rows(tree, functions))
    tested: list[Pair] = list(itertools.islice(asked, answers.MOST_ROWS))
    if not tested:
        return
    for index, (tree, modules) in enumerate(zip(tests, aliases)):
        tables = named_tables(tree)
        for node in every_node(tree):
            for table in given(node, modules, tables):
                if holds(table, tested):
                    yield index, getattr(node, "lineno", 0)
                    break


def fillers(codes: list[ast.Module]) -> set[str]:
    """Functions of the code by which others can fill what it keeps of its answers."""
    functions = [node for code in codes for node in code.body if isinstance(node, FUNCTIONS)]
    memos = {name for function in functions for name in remembered(function)}
    return {function.name for function in functions if memos and set(filled_by(function)) & memos}


def primed(tree: ast.Module, names: Set[str], fillers: Set[str]) -> Iterator[int]:
    """Lines of fixtures and set-ups that do so."""
    for node in every_node(tree) if fillers else ():
        if isinstance(node, FUNCTIONS) and not node.name.startswith("test"):
            for call in ast.walk(node):
                if isinstance(call, ast.Call) and root_of(call.func) in names and called(call) in fillers:
                    yield call.lineno


def remembered(function: Function) -> Iterator[str]:
    """Tables that a function puts its answers into and gives them from."""
    nodes = list(ast.walk(function))
    given = [node.value for node in nodes if isinstance(node, ast.Return) and isinstance(node.value, ast.Subscript)]
    places = [item for node in nodes if isinstance(node, ast.Assign) for item in node.targets]
    put = {root_of(item) for item in places if isinstance(item, ast.Subscript)}
    yield from (root_of(item) for item in given if root_of(item) in put)


def filled_by(function: Function) -> Iterator[str]:
    """Tables that a function fills with what it is given."""
    parameters = {item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg)}
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and called(node) == "update" and isinstance(node.func, ast.Attribute):
            if any(root_of(item) in parameters for item in node.args):
                yield root_of(node.func.value)


def named_tables(tree: ast.Module) -> dict[str, ast.Dict]:
    found = (node for node in every_node(tree) if isinstance(node, ast.Assign))
    return {name: node.value for node in found if isinstance(node.value, ast.Dict) for name in targets(node)}


def given(node: ast.AST, modules: Set[str], tables: dict[str, ast.Dict]) -> Iterator[ast.Dict]:
    """Tables that a statement or a call gives to something of the code."""
    parts: list[ast.expr] = []
    targets = [one for one in getattr(node, "targets", []) if not isinstance(one, ast.Name)]
    if isinstance(node, ast.Assign) and any(is_of(target, modules) for target in targets):
        parts = [node.value]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in FILLING:
        owner = [node.func.value, *node.args[:1]]
        is_text = any(isinstance(item, ast.Constant) and is_path(item.value, modules) for item in node.args[:1])
        if is_text or any(is_of(item, modules) for item in owner):
            parts = [*node.args, *(item.value for item in node.keywords)]
    for part in parts:
        table = tables.get(part.id) if isinstance(part, ast.Name) else part
        if isinstance(table, ast.Dict):
            yield table


def is_of(node: ast.expr, modules: Set[str]) -> bool:
    return root_of(node) in modules


def is_path(text: object, modules: Set[str]) -> bool:
    return isinstance(text, str) and text.partition(".")[0] in modules and "." in text


def holds(table: ast.Dict, tested: list[Pair]) -> bool:
    """Tells whether at least two of the entries are what tests ask for, with the answers they expect."""
    found = 0
    for key, answer in zip(table.keys, table.values):
        try:
            asked = None if key is None else written.value(key, {})
            pair = (asked if isinstance(asked, tuple) else (asked,)), written.value(answer, {})
        except written.Unknown:
            continue
        found += answers.is_arbitrary(pair) and any(answers.is_same(pair, other) for other in tested)
    return found >= 2


def referred(uses: dict[str, set[str]], tests: ast.Module) -> Iterator[int]:
    """Lines where a function is held against one of a file that uses the first; `uses` tells what each file imports."""
    sources = {
        item.asname or item.name: node.module or ""
        for node in tests.body
        if isinstance(node, ast.ImportFrom)
        for item in node.names
    }
    for node in every_node(tests):
        if not (isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq)):
            continue
        left, right = (modules_of(side, sources) & uses.keys() for side in (node.left, node.comparators[0]))
        if any(one in uses[other] or other in uses[one] for one in left for other in right if one != other):
            yield node.lineno


def imported(tree: ast.Module) -> Iterator[str]:
    for node in every_node(tree):
        if isinstance(node, ast.Import):
            yield from (item.name for item in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def modules_of(node: ast.AST, sources: dict[str, str]) -> Set[str]:
    """Modules of the functions that an operand calls."""
    called = [item.func for item in ast.walk(node) if isinstance(item, ast.Call)]
    names = [item.id for item in called if isinstance(item, ast.Name) and not item.id[:1].isupper()]
    return {sources[name] for name in names if name in sources}


def replaced(codes: list[ast.Module], tests: list[ast.Module]) -> Iterator[tuple[int, int]]:
    """The number of a test file and the line where it puts a working function in the place of one of the code.

    A mock, or a function that gives something fixed, stands for what tests must not do; one that computes answers for
    what they test.
    """
    functions = {node.name for tree in codes for node in tree.body if isinstance(node, FUNCTIONS)}
    reckoned = {name for tree in codes for name in reckoning(tree)}
    classes = {node.name: node for tree in codes for node in tree.body if isinstance(node, ast.ClassDef)}
    tables = {name: table for tree in codes for name, table in named_tables(tree).items()}
    for index, tree in enumerate(tests):
        own = {node.name: node for node in every_node(tree) if isinstance(node, FUNCTIONS) and not is_fixture(node)}
        asserted = {
            item.func.attr
            for node in every_node(tree)
            if isinstance(node, ast.Assert)
            for item in ast.walk(node)
            if isinstance(item, ast.Call) and isinstance(item.func, ast.Attribute)
        }
        for node in every_node(tree):
            if isinstance(node, ast.Call) and (
                is_exchange(node, functions, own)
                or is_looked_up(node, reckoned)
                or is_fixed(node, reckoned)
                or is_other_table(node, tables)
            ):
                yield index, node.lineno
            elif isinstance(node, ast.ClassDef):
                yield from ((index, line) for line in overridden(node, classes, asserted))


def is_fixture(function: Function) -> bool:
    """Tells whether a name stands for a fixture, which is no function that anything can be exchanged for."""
    return any("fixture" in ast.unparse(item) for item in function.decorator_list)


def swapped(tree: ast.Module, names: Set[str], modules: Set[str]) -> Iterator[int]:
    """Lines of tests whose parameter, a fixture, hides a function of the code, which `names` are, by its name.

    A fixture may hand on what `modules` hold, those of the code and those that it imports: versions of one thing.
    """
    fixtures = {node.name: node for node in every_node(tree) if isinstance(node, FUNCTIONS) and is_fixture(node)}
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS) and function.name.startswith("test"):
            given = {item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg)} & names
            hidden = given - set(from_tables(function))
            if not all(name in fixtures and hands_on(fixtures[name], modules) for name in hidden):
                yield function.lineno


def hands_on(fixture: Function, modules: Set[str]) -> bool:
    """Tells whether all that a fixture gives are attributes of modules that it loads by these names."""
    nodes = [item for node in fixture.body for item in ast.walk(node)]
    loads = [node for node in nodes if isinstance(node, ast.Assign) and called(node.value) in LOADING]
    asked = [node.value.args[0] for node in loads if isinstance(node.value, ast.Call) and node.value.args]
    # A name is written out, or is one of the values that the fixture is made for (`request.param`).
    are_plain = all(isinstance(name, ast.Constant) or getattr(name, "attr", "") == "param" for name in asked)
    rows = [item for node in fixture.decorator_list for item in ast.walk(node)]
    texts = [item.value for item in (*asked, *rows) if isinstance(item, ast.Constant)]
    named = [text for text in texts if isinstance(text, str) and text not in LIFETIMES]
    loaded = {name for node in loads for name in targets(node)}
    given = [node.value for node in nodes if isinstance(node, (ast.Return, ast.Yield))]
    are_theirs = all(isinstance(value, ast.Attribute) and root_of(value) in loaded for value in given)
    return bool(given) and are_plain and are_theirs and set(named) <= modules


def exchanged(call: ast.Call) -> str:
    """The name of what a call puts something else in the place of; empty where it does not."""
    texts = [item.value for item in call.args[:2] if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return texts[-1].rpartition(".")[2] if texts and called(call) in EXCHANGING else ""


def is_exchange(call: ast.Call, functions: Set[str], own: dict[str, ast.FunctionDef | ast.AsyncFunctionDef]) -> bool:
    if exchanged(call) not in functions:
        return False
    given = [item.value for item in call.keywords if item.arg == "new"] + call.args[-1:]
    return any(computes(own.get(getattr(item, "id", ""), item)) for item in given)


def reckoning(tree: ast.Module) -> Iterator[str]:
    """Functions of a file that work out an answer from what they are given, and ask nothing outside of it."""
    outer = outside(tree)
    for node in tree.body:
        if isinstance(node, FUNCTIONS) and computes(node):
            if not outer & {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}:
                yield node.name


def outside(tree: ast.Module) -> set[str]:
    """Names by which a file reaches what lies outside of it, but for modules that depend on nothing else."""
    outer = {"open", "input", "print"}
    for node in tree.body:
        module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        for item in node.names if isinstance(node, (ast.Import, ast.ImportFrom)) else ():
            if (module or item.name).partition(".")[0] not in PURE:
                outer.add(item.asname or item.name)
    return outer


def is_looked_up(call: ast.Call, reckoned: Set[str]) -> bool:
    """Tells whether the answers of such a function are exchanged for those of a table: `TABLE.__getitem__`."""
    if exchanged(call) not in reckoned:
        return False
    given = [item.value for item in call.keywords if item.arg in ("new", "side_effect")] + call.args[-1:]
    return any(map(is_of_table, given))


def is_fixed(call: ast.Call, reckoned: Set[str]) -> bool:
    """Tells whether such a function, which needs no stand-in, gives what a test says instead of what it works out."""
    if exchanged(call) not in reckoned:
        return False
    return any(item.arg == "return_value" for item in call.keywords)


def is_of_table(node: ast.expr) -> bool:
    """Tells whether a function only looks something up: `TABLE.get`, `lambda key: TABLE[key]`."""
    answer = node.body if isinstance(node, ast.Lambda) else None
    method = answer.func if isinstance(answer, ast.Call) else node
    return isinstance(answer, ast.Subscript) or getattr(method, "attr", "") in ("__getitem__", "get")


def is_other_table(call: ast.Call, tables: dict[str, ast.Dict]) -> bool:
    """Tells whether a table of the code is exchanged for one with the same keys and other values."""
    known = tables.get(exchanged(call))
    given = next((item for item in call.args[1:] if isinstance(item, ast.Dict)), None)
    if known is None or given is None:
        return False
    before, after = (dict(zip(map(told, table.keys), map(told, table.values))) for table in (known, given))
    same = before.keys() & after.keys()
    return len(same) > 1 and any(before[key] != after[key] for key in same)


def told(node: ast.AST | None) -> str:
    return "" if node is None else ast.dump(node)


def computes(node: ast.AST, apart: Set[str] = frozenset()) -> bool:
    """Tells whether a function works with what it is given, these parameters apart."""
    if not isinstance(node, (*FUNCTIONS, ast.Lambda)):
        return False
    parameters = {item.arg for item in ast.walk(node.args) if isinstance(item, ast.arg)} - apart
    body = node.body if isinstance(node.body, list) else [node.body]
    returned = [
        item for part in body for item in ast.walk(part) if isinstance(item, (ast.BinOp, ast.Call, ast.Compare))
    ]
    used = {inner.id for item in returned for inner in ast.walk(item) if isinstance(inner, ast.Name)}
    return bool(used & parameters)


def overridden(node: ast.ClassDef, classes: dict[str, ast.ClassDef], asserted: Set[str]) -> Iterator[int]:
    """Methods of a class of the code that one of the tests has instead, and whose answers they compare."""
    for base in node.bases:
        given = classes.get(getattr(base, "id", getattr(base, "attr", "")))
        theirs = {item.name for item in given.body if does_something(item)} if given else set()  # type: ignore[attr-defined]
        for item in node.body:
            if isinstance(item, FUNCTIONS) and item.name in theirs & asserted and does_something(item):
                if not gives_theirs(item):
                    yield item.lineno


def gives_theirs(method: Function) -> bool:
    """Tells whether all answers of a method are those of the class that it comes from (`super`), as they are."""
    given = [node.value for node in ast.walk(method) if isinstance(node, ast.Return) and node.value is not None]
    callees = [value.func if isinstance(value, ast.Call) else None for value in given]
    owners = [callee.value if isinstance(callee, ast.Attribute) else None for callee in callees]
    return bool(given) and all(called(owner) == "super" for owner in owners)


def does_something(node: ast.stmt) -> bool:
    if not isinstance(node, FUNCTIONS) or any("abstract" in ast.unparse(item) for item in node.decorator_list):
        return False
    return any(isinstance(item, ast.Return) and item.value is not None for item in ast.walk(node))


def shared(codes: list[ast.Module], tests: list[ast.Module], data: list[str]) -> list[str]:
    """Files of data that the code names and the tests too."""
    names = {path.rpartition("/")[2] for path in data if not PROJECT.search(path)}
    by_code, by_tests = (set(named(trees, names)) for trees in (codes, tests))
    return sorted(by_code & by_tests)


def named(trees: list[ast.Module], names: Set[str]) -> Iterator[str]:
    for tree in trees:
        for node in every_node(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = node.value.rpartition("/")[2]
                if name in names:
                    yield name
