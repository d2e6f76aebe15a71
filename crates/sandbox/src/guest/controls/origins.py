"""Tells where the value that an assertion looks at comes from: the subject, or the tests themselves.

What a test's own helper gives says nothing of the subject, however often it is compared. Only what surely comes from a
call of the subject counts as an answer of it.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _saraphina_types import Function

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SUBJECT, OWN, OTHER, CONSTANT = "subject", "own", "other", "constant"
# Builtins that show a value in another form and judge nothing.
VIEWS = frozenset(
    """
    abs bytes complex dict float frozenset int iter len list max min next repr reversed round set sorted str sum tuple
    """.split()
)
# Functions of the standard library that show a value in another form, or wait for it; the first argument is the value.
SHOWING = {
    "asyncio": ("run", "wait_for", "create_task", "ensure_future", "shield", "gather", "to_thread"),
    "copy": ("copy", "deepcopy"),
    "dataclasses": ("asdict", "astuple"),
    "itertools": ("islice",),
}
OPERATIONS = (ast.BinOp, ast.UnaryOp, ast.Compare, ast.Subscript)
DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.Constant, ast.JoinedStr)
MOST_DEPTH = 12
# Steps of one question: a test may bind a few names to each other in any number of ways.
MOST_STEPS = 4000


class Helpers:
    """What a test file defines for itself, and which of it leads to the subject."""

    def __init__(self, tree: ast.Module, subject: set[str]) -> None:
        self.subject = subject
        self.found: dict[str, ast.AST] = {}
        self.fixtures: set[str] = set()
        self.attributes: dict[str, list[ast.expr]] = {}
        for node in every_node(tree):
            if isinstance(node, FUNCTIONS):
                self.found.setdefault(node.name, node)
                if any("fixture" in ast.dump(item) for item in node.decorator_list):
                    self.fixtures.add(node.name)
            elif isinstance(node, ast.ClassDef):
                self.found.setdefault(node.name, node)
            elif isinstance(node, ast.Assign):
                for target in node.targets:
                    if isinstance(target, ast.Name) and isinstance(node.value, ast.Lambda):
                        self.found.setdefault(target.id, node.value)
                    if isinstance(target, ast.Attribute) and getattr(target.value, "id", "") in ("self", "cls"):
                        self.attributes.setdefault(target.attr, []).append(node.value)
        self.bound = {
            name: value
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            for name, value in pairs(target, node.value)
        }
        # Functions of `SHOWING` by the names that the file has them under, and the aliases of their modules.
        self.showing = {
            item.asname or item.name: item.name
            for node in every_node(tree)
            if isinstance(node, ast.ImportFrom) and not node.level
            for item in node.names
            if item.name in SHOWING.get(node.module or "", ())
        }
        self.modules = {
            item.asname or item.name: item.name
            for node in every_node(tree)
            if isinstance(node, ast.Import)
            for item in node.names
            if item.name in SHOWING
        }
        # Names of the subject that a file has under others.
        self.renamed = {
            item.asname: item.name
            for node in every_node(tree)
            if isinstance(node, ast.ImportFrom)
            for item in node.names
            if item.asname and item.asname in subject
        }
        self.reached: dict[str, set[str]] = {}

    def names(self, name: str) -> set[str]:
        """Every name that a helper mentions, and those that the helpers mention which it uses."""
        if name not in self.reached:
            self.reached[name] = set()
            if name in self.found:
                self.reached[name] = self.closure(self.found[name])
        return self.reached[name]

    def closure(self, node: ast.AST) -> set[str]:
        mentioned = set(mentions(node))
        for name in list(mentioned):
            if name in self.found and self.found[name] is not node:
                mentioned |= self.names(name)
        return mentioned

    def meets_subject(self, name: str) -> bool:
        return bool(self.names(name) & self.subject)


def pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Names that an assignment binds, each with what it is, or is a part of."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)):
        parts = value.elts if isinstance(value, (ast.Tuple, ast.List)) else [value] * len(target.elts)
        is_starred = any(isinstance(item, ast.Starred) for item in (*target.elts, *parts))
        if len(parts) == len(target.elts) and not is_starred:
            for one, part in zip(target.elts, parts):
                yield from pairs(one, part)


def mentions(node: ast.AST) -> Iterator[str]:
    """Names that a piece of a test uses; its parameters are those of fixtures."""
    for item in ast.walk(node):
        if isinstance(item, ast.Name):
            yield item.id
        elif isinstance(item, ast.Attribute):
            yield item.attr
        elif isinstance(item, ast.arg):
            yield item.arg


class Origins:
    """The origins of the values in one test."""

    def __init__(self, helpers: Helpers, function: Function) -> None:
        self.helpers = helpers
        self.parameters = {item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg)}
        self.given: dict[str, list[ast.expr | None]] = {}
        # Names whose origin is being asked for.
        self.open: set[str] = set()
        self.steps = 0
        # A local may have the name that the function has outside.
        for node in (item for item in ast.walk(function) if item is not function):
            for target, value in bindings(node):
                for item in ast.walk(target):
                    if isinstance(item, ast.Name):
                        self.given.setdefault(item.id, []).append(value)

    def of(self, node: ast.AST | None, depth: int = 0) -> str:
        self.steps = self.steps + 1 if depth else 0
        if depth > MOST_DEPTH or self.steps > MOST_STEPS or node is None:
            return OTHER
        if isinstance(node, ast.Constant):
            return CONSTANT
        if isinstance(node, ast.Name):
            return self.of_name(node.id, depth)
        if isinstance(node, ast.Call):
            return self.of_call(node, depth)
        if isinstance(node, ast.Attribute):
            if getattr(node.value, "id", "") in ("self", "cls"):
                return self.joined(self.helpers.attributes.get(node.attr, [None]), depth)
            return self.of_part(node.value, depth)
        if isinstance(node, ast.Subscript):
            return self.of_part(node.value, depth)
        if isinstance(node, (ast.Await, ast.Starred, ast.FormattedValue)):
            return self.of(node.value, depth + 1)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self.joined(node.elts, depth)
        if isinstance(node, ast.JoinedStr):
            return self.joined(node.values, depth)
        if isinstance(node, ast.Dict):
            return self.joined(node.values, depth)
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
            return self.joined([node.elt, *(item.iter for item in node.generators)], depth, any_will_do=True)
        if isinstance(node, ast.BinOp):
            sides = {self.of(node.left, depth + 1), self.of(node.right, depth + 1)}
            return SUBJECT if sides == {SUBJECT} else OTHER
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            return self.of(node.operand, depth + 1)
        return OTHER

    def of_body(self, body: list[ast.stmt]) -> str:
        """The origin of what is to raise: the subject's where it is called, or an operator is asked of it."""
        nodes = [node for item in body for node in ast.walk(item)]
        asked: list[ast.AST] = [node for node in nodes if isinstance(node, ast.Call)]
        operations = [node for node in nodes if isinstance(node, OPERATIONS)]
        asked.extend(part for node in operations for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr))
        return SUBJECT if any(self.of(node) == SUBJECT for node in asked) else OTHER

    def of_part(self, node: ast.expr, depth: int) -> str:
        """The origin of a part of a value; what a test wrote out and takes apart again is its own."""
        return OTHER if isinstance(node, DISPLAYS) else self.of(node, depth + 1)

    def joined(self, parts: Iterable[ast.expr | None], depth: int, any_will_do: bool = False) -> str:
        """The origin of what is put together: of the subject where all that is no constant is."""
        found = {self.of(part, depth + 1) for part in parts} - {CONSTANT}
        if found == {SUBJECT} or (any_will_do and SUBJECT in found):
            return SUBJECT
        return OWN if found == {OWN} else OTHER

    def of_name(self, name: str, depth: int) -> str:
        if name in self.open:
            # What a name is made of itself (`item = item.next()`) comes from where its other values do.
            return CONSTANT
        if name in self.given:
            self.open.add(name)
            origin = self.joined(self.given[name], depth)
            self.open.discard(name)
            return origin
        if name in self.parameters:
            return self.of_fixture(name, depth)
        if name in self.helpers.subject:
            return SUBJECT
        if name in self.helpers.found:
            return OTHER if self.helpers.meets_subject(name) else OWN
        return self.of(self.helpers.bound.get(name), depth + 1)

    def of_fixture(self, name: str, depth: int) -> str:
        fixture = self.helpers.found.get(name) if name in self.helpers.fixtures else None
        if not isinstance(fixture, FUNCTIONS):
            return OTHER
        given = [node.value for node in ast.walk(fixture) if isinstance(node, (ast.Return, ast.Yield))]
        if not given:
            return OTHER
        within = Origins(self.helpers, fixture)
        within.steps = self.steps
        origin = within.joined(given, depth + 1)
        self.steps = within.steps
        return origin

    def of_call(self, node: ast.Call, depth: int) -> str:
        called = node.func
        if isinstance(called, ast.Name):
            if called.id in self.helpers.found:
                is_met = bool(set(mentions(node)) & self.helpers.subject) or self.helpers.meets_subject(called.id)
                return OTHER if is_met else OWN
            if called.id in self.given or called.id in self.helpers.subject:
                return self.of_name(called.id, depth + 1)
            if called.id in self.helpers.showing:
                return self.of_shown(self.helpers.showing[called.id], node, depth)
            # A second argument of most is an answer for the case that there is none.
            is_view = called.id in VIEWS and (len(node.args) == 1 or called.id in ("round", "int"))
            return self.of(node.args[0], depth + 1) if is_view and node.args else OTHER
        if isinstance(called, ast.Attribute):
            root = getattr(called.value, "id", "")
            if root in ("self", "cls"):
                return OTHER if self.helpers.meets_subject(called.attr) else OWN
            module = self.helpers.modules.get(root, "") if root not in self.given else ""
            if called.attr in SHOWING.get(module, ()):
                return self.of_shown(called.attr, node, depth)
            return self.of_part(called.value, depth)
        return self.of(called, depth + 1)

    def of_shown(self, name: str, node: ast.Call, depth: int) -> str:
        """The origin of what a function of the standard library shows: of one value, or of all that it waits for."""
        return self.joined(node.args if name == "gather" else node.args[:1], depth)


def bindings(node: ast.AST) -> Iterator[tuple[ast.AST, ast.expr | None]]:
    """What a node binds, each with the value that it comes from; nothing where that is not one value."""
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield target, node.value
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        yield node.target, node.value
    elif isinstance(node, ast.AugAssign):
        yield node.target, None
    elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        yield node.target, node.iter
    elif isinstance(node, ast.withitem) and node.optional_vars is not None:
        yield node.optional_vars, node.context_expr
    elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        # A definition inside of a test is a helper, whatever it is called.
        yield ast.Name(node.name), None
