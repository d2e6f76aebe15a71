"""Finds tests that go round what they seem to test, from syntax trees alone.

A function is called below its decorators, the text of the code is read instead of run, threads wait for each other, and
a table of values is gone through by a test that uses none of them. All of it is green whatever the code does there.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called, every_node, listed, mark_of, name_of, names_in, root_of, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from _saraphina_types import Function

AROUND = "goes_around_code"
UNUSED = "unused_cases"
# What gives the text of an object.
TEXTS = ("getsource", "getsourcelines", "findsource")


def guarded(trees: Iterable[ast.Module]) -> set[str]:
    """Functions of the code that one of its own decorators is around."""
    functions = [node for tree in trees for node in every_node(tree) if isinstance(node, FUNCTIONS)]
    own = {function.name for function in functions}
    return {function.name for function in functions if own & set(map(mark_of, function.decorator_list))}


def around(tree: ast.Module, names: Set[str], guarded: Set[str]) -> Iterator[int]:
    """Lines of a test file that go round the code, of which `names` are."""
    has_threads = any(called(node) == "Thread" for node in every_node(tree))
    for node in every_node(tree):
        if isinstance(node, ast.Call) and node.args and root_of(node.args[0]) in names:
            is_below = called(node) == "unwrap" and name_of(node.args[0]) in guarded
            if is_below or called(node) in TEXTS:
                yield node.lineno
        below = node.func if isinstance(node, ast.Call) else node.value if isinstance(node, ast.Assign) else None
        if isinstance(below, ast.Attribute) and below.attr == "__wrapped__":
            if root_of(below) in names and name_of(below.value) in guarded:
                yield below.lineno
        elif isinstance(node, ast.Attribute) and node.attr == "__code__" and root_of(node) in names:
            yield node.lineno
        elif isinstance(node, ast.For) and has_threads:
            yield from in_turn(node)


def in_turn(loop: ast.For) -> Iterator[int]:
    """Where a loop starts a thread and waits for it before it starts the next."""
    bound = names_in(loop.target) | {name for node in loop.body for name in targets(node)}
    for first, second in zip(loop.body, loop.body[1:]):
        if asked(first, "start") & asked(second, "join") & bound:
            yield first.lineno


def asked(node: ast.stmt, method: str) -> set[str]:
    """The name whose method a statement calls."""
    function = node.value.func if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) else None
    if isinstance(function, ast.Attribute) and function.attr == method:
        return names_in(function.value)
    return set()


# Values that nothing uses


def given(trees: Iterable[ast.Module]) -> set[str]:
    """Fixtures that do nothing but to give each of several values, and that no other fixture builds on."""
    functions = [node for tree in trees for node in every_node(tree) if isinstance(node, FUNCTIONS)]
    fixtures = [one for one in functions if any(mark_of(mark) == "fixture" for mark in one.decorator_list)]
    built_on = {item.arg for one in fixtures for item in one.args.args}
    return {one.name for one in fixtures if is_giving(one)} - built_on


def is_giving(fixture: Function) -> bool:
    keywords = [item.arg for mark in fixture.decorator_list if isinstance(mark, ast.Call) for item in mark.keywords]
    body = [node for node in fixture.body if not isinstance(getattr(node, "value", None), ast.Constant)]
    if "params" not in keywords or "autouse" in keywords or len(body) != 1:
        return False
    value = getattr(body[0], "value", None)
    value = value.value if isinstance(value, ast.Yield) else value
    return isinstance(value, ast.Attribute) and value.attr == "param" and root_of(value) == "request"


def unused(tree: ast.Module, fixtures: Set[str]) -> Iterator[int]:
    """Lines of tests that run once for each of several values, and use none of them."""
    for test in every_node(tree):
        if isinstance(test, FUNCTIONS) and test.name.startswith("test"):
            used = {name for node in test.body for name in names_in(node)}
            taken = {item.arg for item in test.args.args}
            # What the test does not take itself, one of its fixtures does.
            tables = [table for table in map(set, map(columns, test.decorator_list)) if table and table <= taken]
            idle = bool((taken & fixtures) - used) or any(not table & used for table in tables)
            if idle and "locals" not in used:
                yield test.lineno


def late(tree: ast.Module) -> Iterator[int]:
    """Lines of tests that a loop makes and that look its names up when it is over: each has the last values."""
    for loop in every_node(tree):
        if not isinstance(loop, ast.For) or not any(map(is_kept, loop.body)):
            continue
        names = names_in(loop.target)
        for made in loop.body:
            if isinstance(made, FUNCTIONS):
                own = {item.arg for item in ast.walk(made.args) if isinstance(item, ast.arg)}
                if {name for node in made.body for name in names_in(node)} & names - own:
                    yield made.lineno


def is_kept(node: ast.stmt) -> bool:
    """Tells whether something is put into a class or among the names of the file."""
    into = [item.value for item in getattr(node, "targets", []) if isinstance(item, ast.Subscript)]
    is_set = isinstance(node, ast.Expr) and called(node.value) == "setattr"
    return is_set or any(called(item) in ("globals", "vars", "locals") for item in into)


def columns(mark: ast.expr) -> list[str]:
    """The columns of a table of values; none of one whose rows only say how often the test is to run."""
    if not isinstance(mark, ast.Call) or mark_of(mark) != "parametrize" or len(mark.args) < 2 or mark.keywords:
        return []
    names = list(listed(mark.args[0]))
    is_count = called(mark.args[1]) == "range" or isinstance(mark.args[1], ast.BinOp)
    return [] if is_count or any(name.startswith("_") for name in names) else names
