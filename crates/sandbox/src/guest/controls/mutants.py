"""Changes one expected literal of each assertion; line numbers and everything else stay.

`plan.py` sends the changed tests outside, where they are run as a control: a suite that still passes does not check
what it claims to. Only literals that surely decide an assertion are changed, so that a suite is never blamed for a
branch it skips.
"""

from __future__ import annotations

import ast
import copy
import random
import re
import string

import _saraphina_controls_values as values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from _saraphina_types import Function, LiteralEdit, Operands

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
EQUALITIES = {
    "assertEqual",
    "assertEquals",
    "assertIs",
    "assertListEqual",
    "assertTupleEqual",
    "assertSetEqual",
    "assertDictEqual",
    "assertCountEqual",
    "assertSequenceEqual",
    "assertMultiLineEqual",
}
SWALLOWERS = re.compile("raises|suppress|warns", re.IGNORECASE)
TRIES = 12


def mutate(path: str, content: bytes, tree: ast.Module, seed: str) -> tuple[bytes | None, list[str]]:
    """The text with changed literals, and the tests in which one is surely reached."""
    source = Text(content)
    if source.lines is None:
        return None, []
    chance = random.Random(f"{seed}/{path}")
    edits: dict[tuple[int, int], LiteralEdit] = {}
    tests: list[str] = []
    for name, node in functions(path, tree):
        scope = Scope(tree, node)
        for operands, is_sure in assertions(node.body, True):
            changes = change(operands, scope, chance)
            edits.update({(leaf.lineno, leaf.col_offset): (leaf, new) for leaf, new in changes})
            if changes and is_sure and name and name not in tests:
                tests.append(name)
    text = source.edited(edits.values())
    try:
        compile(text, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None, []
    return (text, tests) if edits else (None, [])


def functions(path: str, tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """Functions that hold assertions, with the name of the test where they are one."""
    for node in tree.body:
        if isinstance(node, FUNCTIONS):
            yield (f"{path}::{node.name}" if node.name.startswith("test") else ""), node
        elif isinstance(node, ast.ClassDef):
            for item in node.body:
                if isinstance(item, FUNCTIONS):
                    yield (f"{path}::{node.name}::{item.name}" if item.name.startswith("test") else ""), item


# Assertions


def assertions(body: list[ast.stmt], is_sure: bool) -> Iterator[tuple[list[Operands], bool]]:
    """Pairs of compared operands that decide an assertion, and whether it is surely reached."""
    for node in body:
        if isinstance(node, ast.Assert):
            found = compared(node.test)
            if found:
                yield found, is_sure
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value
            if isinstance(call.func, ast.Attribute) and call.func.attr in EQUALITIES and len(call.args) > 1:
                yield [(call.args[0], call.args[1])], is_sure
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            yield from assertions(node.body, is_sure and not any(map(swallows, node.items)))
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            yield from assertions(node.body, is_sure)
            yield from assertions(node.orelse, False)
        elif isinstance(node, ast.Try):
            is_caught = not node.handlers or any(map(catches_failure, node.handlers))
            yield from assertions(node.body, is_sure and is_caught)
            for handler in node.handlers:
                yield from assertions(handler.body, False)
            yield from assertions(node.orelse, False)
            yield from assertions(node.finalbody, is_sure)
        elif isinstance(node, (ast.If, ast.While)):
            yield from assertions(node.body, False)
            yield from assertions(node.orelse, False)
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield from assertions(node.body, False)
            continue
        is_sure = is_sure and not may_leave(node)


def may_leave(node: ast.stmt) -> bool:
    """Tells whether what follows a statement may never be reached although the test passes."""
    leaves = (ast.Return, ast.Continue, ast.Break)
    return any(isinstance(item, leaves) for item in ast.walk(node))


def swallows(item: ast.withitem) -> bool:
    node = item.context_expr
    node = node.func if isinstance(node, ast.Call) else node
    return bool(SWALLOWERS.search(node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")))


def catches_failure(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = {getattr(kind, "id", getattr(kind, "attr", None)) for kind in kinds}
    return handler.type is None or bool(names & {"AssertionError", "Exception", "BaseException"})


def compared(test: ast.expr) -> list[Operands]:
    """Operand pairs of == and `is`, where the assertion holds only if each of them does."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [pair for value in test.values for pair in compared(value)]
    if not isinstance(test, ast.Compare):
        return []
    operands = [test.left, *test.comparators]
    return [
        (operands[index], operands[index + 1])
        for index, operator in enumerate(test.ops)
        if isinstance(operator, (ast.Eq, ast.Is))
    ]


# Expected values


class Scope:
    """Finds where the names of a test get their values from, when each is used but once."""

    def __init__(self, tree: ast.Module, function: Function) -> None:
        self.loads: dict[str, int] = {}
        self.stores: dict[str, int] = {}
        for node in ast.walk(function):
            if isinstance(node, ast.Name):
                kind = self.loads if isinstance(node.ctx, ast.Load) else self.stores
                kind[node.id] = kind.get(node.id, 0) + 1
        self.module = Scope.constants(tree)
        self.function = function
        self.parameters = {item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg)}

    @staticmethod
    def constants(tree: ast.Module) -> dict[str, ast.expr]:
        """Names of the module that are bound once and used once in all of it."""
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        counts: dict[str, int] = {}
        for node in nodes:
            counts[node.id] = counts.get(node.id, 0) + 1
        bound = [node for node in tree.body if isinstance(node, ast.Assign) and len(node.targets) == 1]
        return {
            node.targets[0].id: node.value
            for node in bound
            if isinstance(node.targets[0], ast.Name) and counts[node.targets[0].id] == 2
        }

    def sites(self, node: ast.expr) -> list[ast.expr]:
        """The nodes that must all change so that this operand changes in every run of the test."""
        if not isinstance(node, ast.Name):
            return [node]
        if self.loads.get(node.id) != 1:
            return []
        if node.id in self.parameters and node.id not in self.stores:
            return self.parametrized(node.id)
        if self.stores.get(node.id) != 1:
            return []
        for item in ast.walk(self.function):
            if isinstance(item, ast.Assign) and len(item.targets) == 1 and is_named(item.targets[0], node.id):
                return [item.value]
            if isinstance(item, ast.For):
                return self.column(item.target, item.iter, node.id)[:1]
        return []

    def parametrized(self, name: str) -> list[ast.expr]:
        for item in self.function.decorator_list:
            if not isinstance(item, ast.Call) or getattr(item.func, "attr", "") != "parametrize":
                continue
            if len(item.args) > 1:
                names = argument_names(item.args[0])
                if name in names:
                    target = name_nodes(names) if len(names) > 1 else ast.Name(name)
                    return self.column(target, item.args[1], name)
        return []

    def column(self, target: ast.expr, table: ast.expr | None, name: str) -> list[ast.expr]:
        """The element of each row that a name is bound to; nothing where one row hides it."""
        table = self.module.get(table.id) if isinstance(table, ast.Name) else table
        if not isinstance(table, (ast.List, ast.Tuple)):
            return []
        found = [element(target, row, name) for row in table.elts]
        return [row for row in found if row is not None] if None not in found else []


def name_nodes(names: list[str]) -> ast.expr:
    return ast.Tuple([ast.Name(each) for each in names])


def is_named(target: ast.expr, name: str) -> bool:
    return isinstance(target, ast.Name) and target.id == name


def argument_names(node: ast.expr) -> list[str]:
    try:
        given = values.evaluate(node)
    except ValueError:
        return []
    return [each.strip() for each in given.split(",")] if isinstance(given, str) else list(given)


def element(target: ast.expr, row: ast.expr, name: str) -> ast.expr | None:
    if is_named(target, name):
        return row
    if isinstance(row, ast.Call) and getattr(row.func, "attr", "") == "param":
        row = ast.Tuple(row.args)
    if isinstance(target, (ast.Tuple, ast.List)) and isinstance(row, (ast.Tuple, ast.List)):
        for part, value in zip(target.elts, row.elts):
            found = element(part, value, name)
            if found is not None:
                return found
    return None


def is_literal(node: ast.expr, scope: Scope) -> bool:
    sites = scope.sites(node)
    try:
        for site in sites:
            values.evaluate(site)
    except ValueError:
        return False
    return bool(sites)


def change(pairs: list[Operands], scope: Scope, chance: random.Random) -> list[LiteralEdit]:
    """Edits that change the first expected value that can be changed."""
    for left, right in pairs:
        if is_literal(left, scope) and is_literal(right, scope):
            continue
        for operand in (right, left):
            sites = scope.sites(operand)
            edits = [changed(site, chance) for site in sites]
            if edits and None not in edits:
                return [edit for edit in edits if edit is not None]
    return []


# One literal


def changed(node: ast.expr, chance: random.Random) -> LiteralEdit | None:
    """A leaf of an expected value and the text that takes its place."""
    is_near = isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "approx"
    inner = node.args[0] if is_near and isinstance(node, ast.Call) and node.args else node
    found = leaves(inner)
    for _ in range(TRIES if found else 0):
        leaf = chance.choice(found)
        new = other(leaf, chance, is_near)
        if is_other(inner, leaf, new):
            return leaf, repr(new)
    return None


def leaves(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Constant):
        return [] if node.value is Ellipsis else [node]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return leaves(node.operand)
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [leaf for item in node.elts for leaf in leaves(item)] if node.elts else [node]
    if isinstance(node, ast.Dict):
        return [leaf for item in node.values for leaf in leaves(item)] if node.values else [node]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        if node.func.id in ("set", "frozenset", "tuple", "list", "dict") and len(node.args) < 2:
            return leaves(node.args[0]) if node.args else [node]
    return []


def other(leaf: ast.expr, chance: random.Random, is_near: bool) -> object:
    """A value of the same look that is not this one."""
    if not isinstance(leaf, ast.Constant):
        kind = getattr(leaf.func, "id", "") if isinstance(leaf, ast.Call) else type(leaf).__name__.lower()
        return {"dict": {0: 0}, "set": {0}, "frozenset": frozenset({0}), "tuple": (0,)}.get(kind, [0])
    value: Any = leaf.value
    if value is None:
        return False
    if isinstance(value, bool):
        return not value
    if isinstance(value, (str, bytes)):
        return spelled(value, chance)
    step = chance.choice((1, 2, 3))
    if is_near:
        return value * 3 + 7 + step
    return value + step if isinstance(value, complex) or value < 4 or chance.random() < 0.5 else value - step


def spelled(value: str | bytes, chance: random.Random) -> str | bytes:
    """The same text with one letter or digit exchanged, or one more where there is none."""
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    places = [at for at, symbol in enumerate(text) if symbol in string.ascii_letters + string.digits]
    if places:
        at = chance.choice(places)
        pool = string.digits if text[at] in string.digits else string.ascii_lowercase
        new = chance.choice([symbol for symbol in pool if symbol != text[at].lower()])
        text = text[:at] + (new.upper() if text[at].isupper() else new) + text[at + 1 :]
    else:
        text += "x"
    return text.encode("latin-1") if isinstance(value, bytes) else text


def is_other(node: ast.expr, leaf: ast.expr, new: object) -> bool:
    """Tells whether the whole value differs, as far as it can be told."""
    try:
        before = values.evaluate(node)
    except ValueError:
        return not any(isinstance(item, (ast.Set, ast.Call)) for item in ast.walk(node))
    trail = list(ast.walk(node)).index(leaf)
    twin = copy.deepcopy(node)
    place = list(ast.walk(twin))[trail]
    made = ast.parse(repr(new), mode="eval").body
    if place is twin:
        return bool(values.evaluate(made) != before)
    for parent in ast.walk(twin):
        for field, value in ast.iter_fields(parent):
            if value is place:
                setattr(parent, field, made)
            elif isinstance(value, list):
                setattr(parent, field, [made if item is place else item for item in value])
    try:
        return bool(values.evaluate(twin) != before)
    except ValueError:
        return False


# Text


class Text:
    """A file as the lines that a syntax tree counts; only UTF-8 is understood."""

    def __init__(self, content: bytes) -> None:
        self.mark = b"\xef\xbb\xbf" if content.startswith(b"\xef\xbb\xbf") else b""
        self.lines: list[bytes] | None = None
        head = b"\n".join(content.split(b"\n")[:2])
        if re.search(rb"coding[:=]\s*(?!utf-?8)", head, re.IGNORECASE):
            return
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            return
        self.lines = re.split(rb"(?<=\n)|(?<=\r)(?!\n)", content.removeprefix(self.mark))

    def edited(self, edits: Iterable[LiteralEdit]) -> bytes:
        lines = list(self.lines or ())
        for leaf, new in sorted(edits, key=lambda edit: (edit[0].lineno, edit[0].col_offset), reverse=True):
            first, last = leaf.lineno - 1, (leaf.end_lineno or leaf.lineno) - 1
            text = new if first == last else "(" + new + "\n" * (last - first) + ")"
            tail = lines[last][leaf.end_col_offset :]
            lines[first] = lines[first][: leaf.col_offset] + text.encode() + tail
            for line in range(first + 1, last + 1):
                lines[line] = b""
        return self.mark + b"".join(lines)
