"""Finds handlers that take the failures of assertions, where nothing asks for what they took.

A failure that is only printed, warned of or kept in a list is green. What collects failures and tells them at its end
is not meant: wherever the file raises or asserts over what was kept, directly or through its own functions.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called, every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from _saraphina_types import Function

WIDE = {"Exception", "BaseException"}
# What tells of a failure to a reader, and stops nobody.
TELLING = {"print", "warn", "print_exc", "debug", "info", "warning", "error", "exception", "critical", "log", "sleep"}
KEEPING = {"append", "add", "extend", "insert", "put", "put_nowait", "setdefault", "update"}
ENDING = {"fail", "skip", "xfail", "exit", "_exit", "skipTest"}


def swallowed(tree: ast.Module) -> Iterator[int]:
    """Lines of such handlers in a test file."""
    tries = [node for node in every_node(tree) if isinstance(node, ast.Try) and any(map(takes_failures, node.handlers))]
    if not tries:
        return
    functions = [node for node in every_node(tree) if isinstance(node, FUNCTIONS)]
    asserting = {node.name for node in functions if any(map(is_assertion, ast.walk(node)))}
    inside = {id(node): {id(item) for item in ast.walk(node)} for node in functions}
    for node in tries:
        around = [function for function in functions if id(node) in inside[id(function)]]
        handed = {item.arg for function in around for item in function.args.args}
        if around and is_over_assertions(node, asserting, handed):
            handler = next(filter(takes_failures, node.handlers))
            if is_lost(around[-1], node, handler, tree):
                yield handler.lineno


def is_assertion(node: ast.AST) -> bool:
    is_method = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    return isinstance(node, ast.Assert) or (is_method and called(node).startswith("assert"))


def is_over_assertions(node: ast.Try, asserting: Set[str], handed: Set[str]) -> bool:
    """Tells whether assertions stand in it, or calls of what makes some: helpers, or the test of a decorator."""
    inner = [item for part in node.body for item in ast.walk(part)]
    if any(isinstance(item, ast.Raise) or called(item) in ENDING for item in inner):
        # Somebody raises what the handler is not for: the assertion itself is what is tested.
        return False
    if any(map(is_assertion, inner)):
        return True
    names = {item.func.id for item in inner if isinstance(item, ast.Call) and isinstance(item.func, ast.Name)}
    is_named = any("AssertionError" in caught(handler) for handler in node.handlers)
    return is_named and not names.isdisjoint(asserting | handed)


def caught(handler: ast.ExceptHandler) -> set[str]:
    kinds = getattr(handler.type, "elts", [handler.type])
    return {getattr(kind, "attr", getattr(kind, "id", "")) for kind in kinds}


def takes_failures(handler: ast.ExceptHandler) -> bool:
    return handler.type is None or bool(caught(handler) & (WIDE | {"AssertionError"}))


def is_lost(function: Function, node: ast.Try, handler: ast.ExceptHandler, tree: ast.Module) -> bool:
    """Tells whether a handler lets nothing out, and nobody asks later for what it kept."""
    kept: set[str] = set()
    for item in handler.body:
        found = keeps(item, function.name.startswith("test"))
        if found is None:
            return False
        kept |= found
    own = {id(item) for part in node.body for item in ast.walk(part)}
    outer = [item for item in ast.walk(function) if id(item) not in own and item is not node]
    if any(map(ends, outer)):
        # Later it tries once more, or says that nothing failed.
        return False
    if kept and not all(is_known(name, function, tree) for name in kept):
        return False
    return not is_asked_for(kept, node, handler, tree)


def ends(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) or is_assertion(node) or called(node) in ENDING


def keeps(node: ast.stmt, is_test: bool) -> set[str] | None:
    """The names that a statement of a handler keeps a failure under; none where it may do something with it."""
    if isinstance(node, (ast.Pass, ast.Continue, ast.Break)):
        return set()
    if isinstance(node, ast.Return):
        return set() if is_test or node.value is None else None
    if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        found = node.targets if isinstance(node, ast.Assign) else [node.target]
        return {last_name(target) for target in found}
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return set()
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        function = node.value.func
        if called(node.value) in TELLING:
            return set()
        if isinstance(function, ast.Attribute) and function.attr in KEEPING:
            return {last_name(function.value)}
        if isinstance(function, ast.Attribute) and function.attr == "write" and "std" in last_name(function.value):
            return set()
    return None


def last_name(node: ast.AST) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return getattr(node, "attr", getattr(node, "id", ""))


def is_known(name: str, function: Function, tree: ast.Module) -> bool:
    """Tells whether what is kept is made in this file, so that nobody else has it."""
    given = {item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg)}
    made = [item for item in every_node(tree) if getattr(item, "ctx", None) and isinstance(item.ctx, ast.Store)]  # type: ignore[attr-defined]
    return name not in given and any(last_name(item) == name for item in made)


def is_asked_for(kept: Set[str], node: ast.Try, handler: ast.ExceptHandler, tree: ast.Module) -> bool:
    """Tells whether the file raises or asserts over what was kept, or hands it on where nobody sees it."""
    hidden = {id(item) for item in ast.walk(handler)}
    seen: set[str] = set()
    words = set(kept)
    while words - seen:
        seen |= words
        for item in every_node(tree):
            if isinstance(item, FUNCTIONS) and node not in ast.walk(item) and reads(item.body, seen, hidden):
                words.add(item.name)
            elif isinstance(item, (ast.Assign, ast.AugAssign)) and reads([item.value], seen, hidden):
                found = item.targets if isinstance(item, ast.Assign) else [item.target]
                words |= {last_name(target) for target in found} - {""}
    return any(reads(asked(item), words, hidden) for item in every_node(tree))


def asked(node: ast.AST) -> list[ast.AST]:
    """What decides whether something is raised here."""
    if isinstance(node, (ast.If, ast.While, ast.For)):
        inner = [item for part in (*node.body, *node.orelse) for item in ast.walk(part)]
        head = node.iter if isinstance(node, ast.For) else node.test
        return [head] if any(map(ends, inner)) else []
    if isinstance(node, ast.Call) and called(node) in ENDING:
        return list(node.args)
    return [node] if ends(node) else []


def reads(parts: list[ast.stmt] | list[ast.AST] | list[ast.expr], words: Set[str], hidden: set[int]) -> bool:
    for node in (item for part in parts for item in ast.walk(part)):
        if id(node) not in hidden and isinstance(getattr(node, "ctx", None), ast.Load):
            if getattr(node, "attr", getattr(node, "id", "")) in words:
                return True
    return False
