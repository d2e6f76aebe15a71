"""Finds suites that work out what they expect from the code: a mistake in it is in both.

A table of the code that a test holds against something written out is known to be right, and may then be made use of.
An answer of the code is not, whether a helper asks for it in a roundabout way or a file keeps what it once gave.
"""

from __future__ import annotations

import ast

import _saraphina_suite_mirrored as mirrored
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, name_of, names_in, root_of, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from _saraphina_types import Function

# With fewer entries it is no table.
FEWEST = 2
WRITING = ("write_text", "write_bytes")


def tables_of(files: Iterable[ast.Module]) -> set[str]:
    """Names of tables of numbers and texts that files of the code have, each bound once."""
    bound = [name for tree in files for node in tree.body for name in targets(node)]
    found = {name for tree in files for node in tree.body if is_table(node) for name in targets(node)}
    return {name for name in found if bound.count(name) == 1}


def is_table(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Assign) else None
    entries = value.values if isinstance(value, ast.Dict) else getattr(value, "elts", [])
    return len(entries) >= FEWEST and all(isinstance(item, (ast.Constant, ast.BinOp, ast.UnaryOp)) for item in entries)


def derived(tree: ast.Module, subject: tuple[Set[str], Set[str]], tables: Set[str]) -> Iterator[int]:
    """Lines of tests that expect what a table of the code says, where at least half of those that compare do so."""
    known = subject[0] & tables
    if not known:
        return
    functions = [node for node in every_node(tree) if isinstance(node, FUNCTIONS)]
    asked = subject[0] - known
    helpers = {
        node.name for node in functions if not is_test(node) and names_in(node) & known and not names_in(node) & asked
    }
    sources = known | helpers
    compared = {node: list(comparisons(node)) for node in functions if is_test(node)}
    pairs = [pair for found in compared.values() for pair in found]
    if any(is_held(one, known, asked) and not names_in(other) for pair in pairs for one, other in (pair, pair[::-1])):
        return
    lines = [test.lineno for test, found in compared.items() if found and expects(test, found, asked, sources)]
    if len(lines) >= FEWEST and 2 * len(lines) >= sum(map(bool, compared.values())):
        yield from lines


def is_held(node: ast.expr, known: Set[str], asked: Set[str]) -> bool:
    """Tells whether a table is looked at itself, and not handed to the code."""
    return bool(names_in(node) & known) and not names_in(node) & asked


def is_test(function: Function) -> bool:
    return function.name.startswith("test")


def comparisons(test: Function) -> Iterator[tuple[ast.expr, ast.expr]]:
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
            yield node.left, node.comparators[0]
        elif isinstance(node, ast.Call) and called(node) == "assertEqual" and len(node.args) > 1:
            yield node.args[0], node.args[1]


def expects(test: Function, found: list[tuple[ast.expr, ast.expr]], asked: Set[str], sources: Set[str]) -> bool:
    """Tells whether what a test holds against an answer of the code comes from such a table."""
    rows = {name for mark in test.decorator_list for name in names_in(mark)}
    given = {item.arg for item in ast.walk(test.args) if isinstance(item, ast.arg)} if rows & sources else set()
    for one, other in (turned for pair in found for turned in (pair, pair[::-1])):
        if names_in(one) & asked and not names_in(other) & asked and names_in(other) & (sources | given):
            return True
    return False


def roundabout(tree: ast.Module, names: Set[str]) -> Iterator[int]:
    """Lines that hold an answer of the code against a helper that asks the same function of the code."""
    helpers = {node.name: node for node in tree.body if isinstance(node, FUNCTIONS) and not is_test(node)}
    asking = {name: set(asked_by(node, names)) for name, node in helpers.items()}
    for _ in helpers:
        # One helper asks by another.
        for name, node in helpers.items():
            for item in names_in(node) & asking.keys():
                asking[name] |= asking[item]
    if not any(asking.values()):
        return
    roundabout = {name for name, asked in asking.items() if asked}
    for test in every_node(tree):
        if isinstance(test, FUNCTIONS) and roundabout & names_in(test):
            values = values_of(test)
            for pair in comparisons(test):
                sides = [mirrored.resolved(side, values) for side in pair]
                for one, other in (sides, sides[::-1]):
                    if isinstance(one, ast.Call) and root_of(one.func) in names and isinstance(other, ast.Call):
                        if called(one) in asking.get(called(other), ()):
                            yield pair[0].lineno


def by_parts(tree: ast.Module, names: Set[str], codes: Iterable[ast.Module]) -> Iterator[int]:
    """Lines that hold an answer against a helper which makes it of the same parts of the code as the code does.

    Where tests hold each part against something else, the helper shows that they are put together rightly.
    """
    helpers = {node.name: node for node in tree.body if isinstance(node, FUNCTIONS) and not is_test(node)}
    asking = {name: set(asked_by(node, names)) for name, node in helpers.items()}
    if not any(asking.values()):
        return
    functions = {node.name: node for code in codes for node in code.body if isinstance(node, FUNCTIONS)}
    parts = {name: names_in(node) & functions.keys() for name, node in functions.items()}
    tests = [node for node in every_node(tree) if isinstance(node, FUNCTIONS) and is_test(node)]
    held = {name for test in tests for name in held_by(test, names)}
    for test in tests:
        values = values_of(test)
        for pair in comparisons(test):
            sides = [mirrored.resolved(side, values) for side in pair]
            for one, other in (sides, sides[::-1]):
                asked = {called(node) for node in ast.walk(one) if isinstance(node, ast.Call)}
                shared = {part for name in asked for part in parts.get(name, ())} & asking.get(called(other), set())
                if shared - held:
                    yield pair[0].lineno


def values_of(function: Function) -> dict[str, ast.expr]:
    return {name: node.value for node in ast.walk(function) if isinstance(node, ast.Assign) for name in targets(node)}


def held_by(test: Function, names: Set[str]) -> Iterator[str]:
    """Functions of the code that a test holds against what is not of the code."""
    values = values_of(test)
    for pair in comparisons(test):
        sides = [mirrored.resolved(side, values) for side in pair]
        for one, other in (sides, sides[::-1]):
            if not names_in(other) & names:
                yield from (called(node) for node in ast.walk(one) if isinstance(node, ast.Call))


def asked_by(function: Function, names: Set[str]) -> Iterator[str]:
    """Functions of the code that a function calls."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and root_of(node.func) in names:
            yield name_of(node.func)


def kept(tree: ast.Module, names: Set[str]) -> Iterator[int]:
    """Lines of functions that write what the code gives to a file which the tests read."""
    places = {
        name for node in tree.body if isinstance(node, ast.Assign) and is_place(node.value) for name in targets(node)
    }
    functions = [node for node in every_node(tree) if isinstance(node, FUNCTIONS)]
    for function in functions if places else ():
        written = {name for node in ast.walk(function) for name in written_by(node)} & places
        if written and any(asked_by(function, names)):
            if any(names_in(other) & written for other in functions if other is not function):
                yield function.lineno


def is_place(node: ast.expr) -> bool:
    """Tells whether something is the path of a file beside the tests."""
    return "__file__" in names_in(node) or called(node) in ("Path", "join")


def written_by(node: ast.AST) -> Iterator[str]:
    """The name of a path that a call writes to, or opens for writing."""
    if not isinstance(node, ast.Call):
        return
    modes = [*node.args, *(item.value for item in node.keywords)]
    is_open = called(node) == "open" and any(str(getattr(item, "value", "")).startswith("w") for item in modes)
    if is_open or called(node) in WRITING:
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        yield from (item.id for item in (owner, *node.args[:1]) if isinstance(item, ast.Name))
