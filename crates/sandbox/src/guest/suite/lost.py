"""Finds assertions that no run came by, and places where a failure vanishes.

An assertion behind what raised, in a loop over nothing or in a branch that no row takes holds whatever the code gives;
so does one in a thread, a future or a coroutine that nobody asks how it ended. They are told, and keep evidence from
the highest grade.
"""

from __future__ import annotations

import ast
import itertools

from _saraphina_suite_careless import RAISERS
from _saraphina_suite_handed import imported
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, names_in, targets

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from _saraphina_types import Function

VANISHING = "vanishing_failures"
UNREACHED = "unreached_assertions"

SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
# What asks for a machine, and what sets a test aside.
MACHINES = {"sys", "os", "platform", "pytest", "sysconfig"}
ASIDE = ("skip", "importorskip", "xfail", "skipTest")
# How names of functions begin that pytest or unittest calls.
NAMED = ("test", "pytest_", "setup", "teardown", "setUp", "tearDown", "load_tests")
STARTING = ("submit", "map", "apply_async", "map_async", "starmap", "imap", "imap_unordered", "call_soon")


# Never reached


def unreached(tree: ast.Module, ran: set[int], names: Set[str] = frozenset()) -> Iterator[int]:
    """Lines of assertions in functions that ran, of which no line did; `names` are those of the code."""
    is_async = any(isinstance(node, ast.AsyncFunctionDef) for node in every_node(tree))
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS) and has_begun(function, ran) and not is_set_aside(function):
            sure = passed_by(function) if is_async else []
            for node in own(function.body):
                if (
                    is_assertion(node)
                    and not is_never(node)
                    and node not in sure
                    and not ran.intersection(range(node.lineno, (node.end_lineno or node.lineno) + 1))
                ):
                    yield node.lineno
                elif isinstance(node, (ast.With, ast.AsyncWith)):
                    yield from never_asked(node, ran, names)
            yield from uncalled(function, ran)
    yield from unheard_of(tree, ran)


def unheard_of(tree: ast.Module, ran: set[int]) -> Iterator[int]:
    """Lines of assertions of helpers that never began, though a line that ran names them: a coroutine nobody awaits."""
    if {"multiprocessing", "concurrent"} & {name.partition(".")[0] for name in imported(tree)}:
        # Nobody sees which lines run in other processes.
        return
    helpers = {
        node.name: node
        for node in tree.body
        if isinstance(node, FUNCTIONS) and not node.name.startswith(NAMED) and not node.decorator_list
    }
    waiting = {name: node for name, node in helpers.items() if asserts(node) and not has_begun(node, ran)}
    for function in every_node(tree) if waiting else ():
        if isinstance(function, FUNCTIONS) and has_begun(function, ran) and not is_set_aside(function):
            for node in ast.walk(function):
                if isinstance(node, ast.Name) and node.id in waiting and node.lineno in ran:
                    helper = waiting.pop(node.id)
                    yield from (item.lineno for item in own(helper.body) if is_assertion(item) and not is_never(item))


def passed_by(function: Function) -> list[ast.stmt]:
    """Statements that a test has run if it passed, whether or not anybody saw it.

    CPython 3.11 tells no line of the frames that a coroutine was cancelled below.
    """
    is_marked = all("mark." in ast.unparse(item) for item in function.decorator_list)
    if not function.name.startswith("test") or not is_marked:
        return []
    leaving = (ast.Return, ast.Raise)
    return list(
        itertools.takewhile(lambda node: not any(isinstance(item, leaving) for item in own([node])), function.body)
    )


def never_asked(node: ast.With | ast.AsyncWith, ran: set[int], names: Set[str]) -> Iterator[int]:
    """Lines of further calls that are to raise, behind the one that did.

    What uses a value that is made there before is only the way to the failure.
    """
    if not any(called(item.context_expr) in RAISERS for item in node.items):
        return
    made: set[str] = set()
    before: set[str] = set()
    for item in node.body:
        calls = [inner for inner in ast.walk(item) if isinstance(inner, ast.Call)]
        used = {inner.id for inner in ast.walk(item) if isinstance(inner, ast.Name)}
        functions = {ast.dump(inner.func) for inner in calls}
        is_again = bool(functions & before) or any(getattr(inner.func, "id", "") in names for inner in calls)
        has_run = ran.intersection(range(item.lineno, (item.end_lineno or item.lineno) + 1))
        if before and is_again and not has_run and not used & made:
            yield item.lineno
        before |= functions
        made |= targets(item)


def uncalled(function: Function, ran: set[int]) -> Iterator[int]:
    """Lines of assertions in the functions that a test makes for others to call, where nobody called them."""
    if not function.name.startswith("test"):
        return
    for node in function.body:
        if isinstance(node, FUNCTIONS) and not node.name.startswith("test") and not has_begun(node, ran):
            yield from (item.lineno for item in own(node.body) if is_assertion(item) and not is_never(item))


def unnamed(tree: ast.Module, ran: set[int]) -> Iterator[int]:
    """Lines of tests that never ran and whose class or function has no name by which pytest finds tests.

    What anything names is a part of something else: a class that others come from, a helper.
    """
    used = {getattr(node, "id", getattr(node, "attr", "")) for node in every_node(tree) if not is_bound(node)}
    for node in tree.body:
        if not ran or getattr(node, "name", "") in used or getattr(node, "decorator_list", None):
            continue
        if isinstance(node, ast.ClassDef) and not node.name.lower().lstrip("_").startswith("test") and not node.bases:
            tests = [item for item in node.body if isinstance(item, FUNCTIONS) and item.name.startswith("test_")]
            if any(map(asserts, tests)) and not any(has_begun(test, ran) for test in tests):
                yield node.lineno
        elif isinstance(node, FUNCTIONS) and not node.name.startswith(NAMED) and asserts(node):
            is_alone = not (node.args.args or node.args.kwonlyargs)
            if is_alone and not has_begun(node, ran) and not is_set_aside(node):
                yield node.lineno


def is_bound(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def is_never(node: ast.stmt) -> bool:
    """Tells whether an assertion says that nothing comes by: `assert False`."""
    return isinstance(node, ast.Assert) and isinstance(node.test, ast.Constant)


def has_begun(function: Function, ran: set[int]) -> bool:
    is_text = isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
    body = function.body[int(is_text and len(function.body) > 1) :]
    # A line that only says where a name lies is never run.
    first = next((node for node in body if not isinstance(node, (ast.Global, ast.Nonlocal))), body[0])
    header = getattr(first, "items", None) or getattr(first, "test", None) or getattr(first, "iter", None)
    last = first.lineno if header else first.end_lineno or first.lineno
    return bool(ran.intersection(range(first.lineno, last + 1)))


def is_set_aside(function: Function) -> bool:
    """Tells whether a test may leave itself, or is said not to run everywhere."""
    marks = " ".join(ast.unparse(item) for item in function.decorator_list)
    return "skip" in marks or "xfail" in marks or any(called(node) in ASIDE for node in ast.walk(function))


def own(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a body and of what stands in it, without other functions and branches that depend on a machine."""
    for node in body:
        if isinstance(node, SCOPES) or (isinstance(node, ast.If) and asks_for_machine(node.test)):
            continue
        yield node
        for field in ("body", "orelse", "finalbody"):
            yield from own(getattr(node, field, []))
        for part in (*getattr(node, "handlers", ()), *getattr(node, "cases", ())):
            yield from own(part.body)


def asks_for_machine(test: ast.expr) -> bool:
    """Tells whether a branch is taken by what a machine has, as its names say: `sys.version_info`, `HAS_NUMPY`."""
    flag = test.operand if isinstance(test, ast.UnaryOp) else test
    names = [node.id for node in ast.walk(test) if isinstance(node, ast.Name)]
    return getattr(flag, "attr", getattr(flag, "id", "")).isupper() or not MACHINES.isdisjoint(names)


def is_assertion(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
        return node.value.func.attr.startswith("assert")
    return isinstance(node, ast.Assert)


# Seen by nobody


def vanishing(tree: ast.Module) -> Iterator[int]:
    """Where assertions run beside a test, and nothing asks how they ended."""
    checks = {node.name for node in every_node(tree) if isinstance(node, FUNCTIONS) and asserts(node)}
    for node in every_node(tree):
        if isinstance(node, ast.Expr) and called(node.value) in STARTING and isinstance(node.value, ast.Call):
            if any(getattr(item, "id", "") in checks for item in node.value.args[:1]):
                yield node.lineno
        if called(node) in ("Thread", "Timer", "Process") and isinstance(node, ast.Call):
            given = [*node.args, *(item.value for item in node.keywords if item.arg in ("target", "function"))]
            if any(getattr(item, "id", "") in checks for item in given):
                yield node.lineno
    yield from submitted(tree, checks)
    gathers = [node for node in every_node(tree) if called(node) == "gather" and isinstance(node, ast.Call)]
    returning = [node for node in gathers if any(map(returns_exceptions, node.keywords))]
    if returning and not any(looks_at_exceptions(node) for node in every_node(tree)):
        yield from (node.lineno for node in returning)


def submitted(tree: ast.Module, checks: set[str]) -> Iterator[int]:
    """Where a helper hands assertions to a pool, and nobody in the file asks a future for its result."""
    if any(getattr(node, "attr", "") in ("result", "exception") for node in every_node(tree)):
        return
    helpers = set()
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS):
            names = {item.arg for item in function.args.args}
            for node in ast.walk(function):
                if isinstance(node, (ast.For, ast.comprehension)) and getattr(node.iter, "id", "") in names:
                    names.add(getattr(node.target, "id", ""))
            handed = [node for node in ast.walk(function) if called(node) == "submit" and isinstance(node, ast.Call)]
            if any(getattr(item, "id", "") in names for node in handed for item in node.args[:1]):
                helpers.add(function.name)
    for node in every_node(tree):
        if isinstance(node, ast.Call) and called(node) in (*helpers, "submit"):
            if any(names_in(item) & checks for item in node.args[:1]):
                yield node.lineno


def asserts(function: Function) -> bool:
    """Tells whether an assertion of a function leaves it, as no handler of its own takes it."""
    caught = {id(inner) for node in ast.walk(function) if isinstance(node, ast.Try) for inner in ast.walk(node)}
    return any(isinstance(node, ast.Assert) and id(node) not in caught for node in ast.walk(function))


def returns_exceptions(keyword: ast.keyword) -> bool:
    return keyword.arg == "return_exceptions" and getattr(keyword.value, "value", None) is True


def looks_at_exceptions(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) or called(node) in ("isinstance", "issubclass", "type", "repr", "str")
