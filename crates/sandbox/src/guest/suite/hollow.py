"""Finds assertions that look at something else than the answer, or at what is left of it once its faults are gone.

A method that is named and not called, a module of Python's that tests reach through the code, a digest of a text
without its blanks: each looks strict, and is green beside wrong code.
"""

from __future__ import annotations

import ast
import re

import _saraphina_suite_careless as careless
import _saraphina_suite_weak as weak
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, targets, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Set

    from _saraphina_types import Function

    Subject = tuple[Set[str], Set[str]]
    Helpers = dict[str, Function]

# What takes something out of a text before it is compared.
REDUCING = {"split", "lower", "upper", "casefold", "strip", "replace", "sub", "sorted", "set", "isdigit", "isalnum"}
DIGESTS = {"sha1", "sha224", "sha256", "sha384", "sha512", "md5", "blake2b", "blake2s", "crc32", "adler32", "hash"}
# No pattern for what differs from run to run takes every number.
NUMBERS = ("7", "42", "1024")
BUILTIN = {"str", "int", "float", "list", "dict", "tuple", "set", "bytes", "bool"}


class Code:
    """What the code has that tests can name for an answer, by its modules."""

    def __init__(self, modules: dict[str, ast.Module]) -> None:
        # Methods that are nothing else anywhere: to name one asks nothing.
        self.methods = methods(modules.values())
        # What gives its answer to `await` alone, wherever it is defined.
        self.later = later(modules.values())
        # By the last name of a module: the modules of others that it imports.
        self.foreign = {name.rpartition(".")[2]: modules_of(tree, modules) for name, tree in modules.items()}


def places(tree: ast.Module, subject: Subject, code: Code) -> Iterator[tuple[str, int]]:
    """Kinds and lines of such places in a test file."""
    helpers = {node.name: node for node in tree.body if isinstance(node, FUNCTIONS) if not is_test(node)}
    yield from ((careless.IDLE, line) for line in uncalled(tree, code.methods))
    yield from ((careless.IDLE, line) for line in unawaited(tree, code.later))
    yield from ((careless.IDLE, line) for line in borrowed(tree, code.foreign))
    yield from ((weak.WEAK, line) for line in erased(tree, helpers))
    yield from ((weak.WEAK, line) for line in merged(tree))
    yield from ((weak.MIRRORED, line) for line in unsaid(tree, subject, helpers))


def is_test(function: Function) -> bool:
    return function.name.startswith("test")


# Nothing is asked


def methods(modules: Iterable[ast.Module]) -> set[str]:
    found: set[str] = set()
    values: set[str] = set()
    for node in (node for module in modules for node in ast.walk(module)):
        if isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, FUNCTIONS):
                    (values if item.decorator_list else found).add(item.name)
                else:
                    values |= {getattr(item.target, "id", "")} if isinstance(item, ast.AnnAssign) else targets(item)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            values.add(node.attr)
    return found - values


def uncalled(tree: ast.Module, methods: set[str]) -> Iterator[int]:
    """Assertions of a method that is named and not called: it is there, so they hold."""
    for node in every_node(tree):
        if isinstance(node, ast.Assert):
            asked = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
            if isinstance(asked, ast.Attribute) and asked.attr in methods:
                yield node.lineno


def later(modules: Iterable[ast.Module]) -> set[str]:
    functions = [node for module in modules for node in ast.walk(module) if isinstance(node, FUNCTIONS)]
    # A decorator may make something else of it.
    at_once = {node.name for node in functions if isinstance(node, ast.FunctionDef) or node.decorator_list}
    return {node.name for node in functions} - at_once


def unawaited(tree: ast.Module, later: set[str]) -> Iterator[int]:
    """Assertions that something not awaited is true, or is something else: it is a coroutine, so they hold."""
    for function in (node for node in every_node(tree) if isinstance(node, FUNCTIONS)):
        own = list(within(function))
        given = [node for node in own if isinstance(node, ast.Assign)]
        # By name: whether each of the values that it is given is such a coroutine.
        waiting = {name: True for node in given for name in targets(node)}
        for binding in given:
            waiting |= {name: waiting[name] and called(binding.value) in later for name in targets(binding)}
        for node in own:
            if isinstance(node, ast.Assert):
                asked = node.test
                if isinstance(asked, ast.Compare) and isinstance(asked.ops[0], (ast.IsNot, ast.NotEq)):
                    asked = asked.left
                if called(asked) in later or waiting.get(getattr(asked, "id", ""), False):
                    yield node.lineno


def borrowed(tree: ast.Module, foreign: dict[str, set[str]]) -> Iterator[int]:
    """Calls of a module that the code only imports, reached through the code: Python is tested, and not the code."""
    aliases: set[str] = set()
    for statement in tree.body:
        if isinstance(statement, ast.ImportFrom):
            theirs = foreign.get((statement.module or "").rpartition(".")[2], set())
            aliases |= {item.asname or item.name for item in statement.names if item.name in theirs}
    for node in every_node(tree):
        if isinstance(node, ast.Assert):
            for call in (inner for inner in ast.walk(node) if isinstance(inner, ast.Call)):
                owner = call.func.value if isinstance(call.func, ast.Attribute) else None
                if isinstance(owner, ast.Attribute) and isinstance(owner.value, ast.Name):
                    is_theirs = owner.attr in foreign.get(owner.value.id, set())
                else:
                    is_theirs = getattr(owner, "id", "") in aliases
                if is_theirs:
                    yield node.lineno
                    break


def modules_of(tree: ast.Module, own: Container[str]) -> set[str]:
    found = [item for node in tree.body if isinstance(node, ast.Import) for item in node.names]
    return {item.asname or item.name.partition(".")[0] for item in found if item.name not in own}


# What is asked is taken out before


def erased(tree: ast.Module, helpers: Helpers) -> Iterator[int]:
    """Comparisons of digests of reduced texts, and of texts without any of their numbers."""
    digesting = {name for name, helper in helpers.items() if is_reduced_digest(helper)}
    scrubbing = {name for name, helper in helpers.items() if is_scrubber(helper)} if takes_numbers(tree) else set()
    for node in every_node(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            sides = [called(node.left), called(node.comparators[0])]
            if digesting & set(sides) or (sides[0] == sides[1] and sides[0] in scrubbing):
                yield node.lineno
        elif called(node) == "addTypeEqualityFunc" and isinstance(node, ast.Call) and node.args:
            # What is equal is said anew for a type of Python's.
            if getattr(node.args[0], "id", "") in BUILTIN:
                yield node.lineno


def is_reduced_digest(helper: Function) -> bool:
    names = {called(node) for node in ast.walk(helper)}
    return bool(names & DIGESTS) and bool(names & REDUCING)


def is_scrubber(helper: Function) -> bool:
    return any(called(node) in ("sub", "subn") for node in ast.walk(helper))


def takes_numbers(tree: ast.Module) -> bool:
    """Tells whether a pattern of the file is that of any number."""
    for node in every_node(tree):
        if called(node) in ("compile", "sub", "subn") and isinstance(node, ast.Call) and node.args:
            text = getattr(node.args[0], "value", None)
            try:
                if isinstance(text, str) and all(re.fullmatch(text, number) for number in NUMBERS):
                    return True
            except (re.error, RecursionError, OverflowError):
                continue
    return False


def merged(tree: ast.Module) -> Iterator[int]:
    """Comparisons with what the answer itself was laid over: of what both have, its own counts."""
    for node in every_node(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Eq):
            for side, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
                if isinstance(side, ast.Dict) and side.keys and side.keys[-1] is None and None in side.keys[:-1]:
                    if ast.dump(side.values[-1]) == ast.dump(other):
                        yield node.lineno


# Expectations


def unsaid(tree: ast.Module, subject: Subject, helpers: Helpers) -> Iterator[int]:
    """Comparisons with what a helper of the tests makes by a function of the code of which nothing is said anywhere."""
    by_helper = {name: asks(helper, subject) for name, helper in helpers.items()}
    said: set[str] = set()
    found: list[tuple[int, set[str]]] = []
    for node in every_node(tree):
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.Eq, ast.In, ast.Is)):
            for side, other in ((node.left, node.comparators[0]), (node.comparators[0], node.left)):
                answered = weak.asked(side, subject)
                made = by_helper.get(called(other), set())
                if answered and made and answered not in made:
                    found.append((node.lineno, made))
                elif answered and not made and not weak.asked(other, subject):
                    said.add(answered)
    yield from sorted({line for line, made in found if not made & said})


def asks(helper: Function, subject: Subject) -> set[str]:
    return {name for node in ast.walk(helper) for name in [weak.asked(node, subject)] if weak.is_function(name)}
