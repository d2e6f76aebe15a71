"""Tells which tests claim to test which function, so that a suite can be asked whether it needs it.

A test claims what it calls, and what it puts something else in the place of. Where all of them pass on code that does
nothing, they test something else: a mock, a helper of their own, a subclass that answers itself.
"""

from __future__ import annotations

import ast
import re

import _saraphina_controls_expectations as expectations
import _saraphina_controls_origins as origins
from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Function

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MOST_TEXT = 4096
REPLACERS = ("patch", "object", "setattr", "dict", "multiple", "create_autospec", "spy")


class Definitions:
    """The functions of the subject that have something to do, and its classes with such methods."""

    def __init__(self, trees: dict[str, ast.Module]) -> None:
        self.functions: set[str] = set()
        self.methods: dict[str, set[str]] = {}
        # Each of them with its file.
        self.placed: set[tuple[str, str]] = set()
        for path, node in ((path, node) for path, tree in trees.items() for node in tree.body):
            if isinstance(node, FUNCTIONS) and does_something(node):
                self.functions.add(node.name)
                self.placed.add((node.name, path))
            elif isinstance(node, ast.ClassDef):
                own = {item.name for item in node.body if isinstance(item, FUNCTIONS) and does_something(item)}
                self.methods.setdefault(node.name, set()).update(own)
                self.placed.update((f"{node.name}.{name}", path) for name in own)

    def places(self, tests: list[ast.Module]) -> list[tuple[str, str]]:
        """Each of them with its file; a name that tests define themselves may be another's, and is left out."""
        of_tests = {node.name for tree in tests for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
        return sorted((name, path) for name, path in self.placed if name.partition(".")[0] not in of_tests)


def does_something(node: Function) -> bool:
    """Tells whether a function is more than a place for another one."""
    if any("abstract" in ast.unparse(item) or "overload" in ast.unparse(item) for item in node.decorator_list):
        return False
    return not all(is_empty(item) for item in node.body)


def is_empty(node: ast.stmt) -> bool:
    if isinstance(node, ast.Raise):
        return "NotImplemented" in ast.unparse(node)
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def claims(
    path: str, tree: ast.Module, helpers: origins.Helpers, known: Definitions, subject: tuple[set[str], set[str]]
) -> Iterator[tuple[str, str, bool]]:
    """A definition, a test that has to do with it, and whether that claims it.

    `subject` are the names that the file has of the subject, and the aliases of its modules.
    """
    found = Claims(helpers, known, subject)
    automatic = [node for node in every_node(tree) if isinstance(node, FUNCTIONS) and is_automatic(node)]
    everywhere = {name for node in automatic for name in found.of_body(node.body)}
    names = known.functions | {f"{owner}.{name}" for owner, own in known.methods.items() for name in own}
    for test, function in expectations.tests(path, tree):
        claimed = found.of_test(function)
        words = helpers.closure(function) | set(words_of(function))
        words |= {helpers.renamed[word] for word in words if word in helpers.renamed}
        for name in sorted(names):
            is_named = name.rpartition(".")[2] in words
            # What a fixture replaces for all tests is claimed by those that have to do with it.
            if name in claimed or is_named:
                yield name, test, name in claimed or name in everywhere


def words_of(tree: ast.AST) -> Iterator[str]:
    """Words of the texts in a test, which may be those of a program that it runs."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.findall(r"\w+", node.value[:MOST_TEXT])


def called_in_texts(given: list[ast.expr]) -> Iterator[str]:
    """Names that are called in texts, such as that of a program to run."""
    for argument in given:
        for node in ast.walk(argument):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield from re.findall(r"\b(\w+)\(", node.value[:MOST_TEXT])


def is_automatic(node: Function) -> bool:
    """Tells whether a function runs before tests that do not name it."""
    return node.name in ("setUp", "setup_method", "setup_function", "setup_module", "setUpClass", "setUpModule") or any(
        "autouse" in ast.dump(item) for item in node.decorator_list
    )


class Claims:
    """Finds what a piece of a test claims; what may not run claims nothing."""

    def __init__(self, helpers: origins.Helpers, known: Definitions, subject: tuple[set[str], set[str]]) -> None:
        self.helpers = helpers
        self.known = known
        self.names, self.aliases = subject
        self.renamed = helpers.renamed
        # Helpers that are being looked into.
        self.within: set[str] = set()

    def of_test(self, function: Function) -> set[str]:
        found = self.of_body(function.body)
        for name in self.helpers.closure(function):
            found |= self.overridden(self.helpers.found.get(name))
        for item in function.decorator_list:
            found |= self.of_expression(item)
        for parameter in ast.walk(function.args):
            if isinstance(parameter, ast.arg) and parameter.arg in self.helpers.fixtures:
                fixture = self.helpers.found[parameter.arg]
                found |= self.of_body(getattr(fixture, "body", []))
        return found

    def of_body(self, body: list[ast.stmt]) -> set[str]:
        found: set[str] = set()
        for node in body:
            if isinstance(node, (ast.With, ast.AsyncWith)):
                for item in node.items:
                    found |= self.of_expression(item.context_expr)
                found |= self.of_body(node.body)
            elif isinstance(node, ast.Try):
                found |= self.of_body(node.body) | self.of_body(node.finalbody)
            elif isinstance(node, (ast.For, ast.AsyncFor)):
                found |= self.of_body(node.body) if expectations.is_table(node.iter) else set()
            elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.Expr, ast.Assert, ast.Return, ast.Delete)):
                found |= self.of_expression(node)
            elif isinstance(node, ast.ClassDef):
                found |= self.overridden(node)
            if isinstance(node, ast.Assign):
                found |= self.assigned(node)
                found |= {each for each in called_in_texts([node.value]) if each in self.known.functions}
        return found

    def of_expression(self, tree: ast.AST) -> set[str]:
        found: set[str] = set()
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            name = self.renamed.get(name, name)
            given = [*node.args, *(item.value for item in node.keywords)]
            found |= {each for each in called_in_texts(given) if each in self.known.functions}
            if name in REPLACERS:
                found |= self.replaced(node)
            elif name in self.known.functions and self.is_subject(node.func):
                found.add(name)
            elif isinstance(node.func, ast.Name) and node.func.id not in self.within:
                found |= self.of_helper(node.func.id)
        return found

    def of_helper(self, name: str) -> set[str]:
        """What a helper of the tests surely calls, itself or through others."""
        helper = self.helpers.found.get(name)
        if not isinstance(helper, FUNCTIONS):
            return set()
        self.within.add(name)
        found = self.of_body(helper.body)
        self.within.discard(name)
        return found

    def is_subject(self, called: ast.expr) -> bool:
        if isinstance(called, ast.Name):
            return called.id in self.names
        return isinstance(called, ast.Attribute) and getattr(called.value, "id", "") in self.aliases

    def replaced(self, call: ast.Call) -> set[str]:
        """What a mock or a patch is put in the place of: a dotted text, or an owner and a name."""
        texts = [item.value for item in call.args[:2] if isinstance(item, ast.Constant) and isinstance(item.value, str)]
        parts = [part for text in texts for part in text.split(".")]
        owner = {item.id for item in call.args[:1] if isinstance(item, ast.Name)}
        owner |= {item.attr for item in call.args[:1] if isinstance(item, ast.Attribute)}
        found = {part for part in parts[-1:] if part in self.known.functions}
        for name in owner | set(parts[-2:-1]):
            found |= {f"{name}.{part}" for part in parts[-1:] if part in self.known.methods.get(name, ())}
        return found

    def overridden(self, node: ast.AST | None) -> set[str]:
        """Methods of the subject's classes that a class of the tests has instead."""
        if not isinstance(node, ast.ClassDef):
            return set()
        own = {item.name for item in node.body if isinstance(item, FUNCTIONS)}
        bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        return {f"{base}.{name}" for base in bases for name in own & self.known.methods.get(base, set())}

    def assigned(self, node: ast.Assign) -> set[str]:
        """What an assignment to an attribute puts something else in the place of."""
        found: set[str] = set()
        for target in node.targets:
            if isinstance(target, ast.Attribute):
                owner = getattr(target.value, "attr", getattr(target.value, "id", ""))
                if owner in self.aliases and target.attr in self.known.functions:
                    found.add(target.attr)
                if target.attr in self.known.methods.get(owner, ()):
                    found.add(f"{owner}.{target.attr}")
        return found
