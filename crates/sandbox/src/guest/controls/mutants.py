"""Changes a literal that a test expects to another of the same look.

A suite that still passes does not check what it claims to. What takes the place of a letter is a letter, and a small
number that of a small number: nothing in the file tells that it was changed. `edits.py` puts it there.
"""

from __future__ import annotations

import ast
import copy
import random
import string

import _saraphina_controls_values as values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from _saraphina_types import LiteralEdit

TRIES = 12


def changed(node: ast.expr, chance: random.Random) -> LiteralEdit | None:
    """A leaf of an expected value and the text that takes its place."""
    inner = near(node) or node
    is_near = inner is not node
    found = leaves(inner)
    for _ in range(TRIES if found else 0):
        leaf = chance.choice(found)
        new = other(leaf, chance, is_near)
        if is_other(inner, leaf, new):
            return leaf, repr(new)
    return None


def parts(node: ast.expr) -> list[ast.expr]:
    """The literals of which an expected value is made."""
    return leaves(near(node) or node)


def near(node: ast.expr) -> ast.expr | None:
    """What a value is to be near, where the test says that it need not be the same."""
    is_near = isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "approx"
    return node.args[0] if is_near and isinstance(node, ast.Call) and node.args else None


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
    if is_made(node) and isinstance(node, ast.Call):
        given = [*node.args, *(item.value for item in node.keywords)]
        return [leaf for item in given for leaf in leaves(item) if isinstance(leaf, ast.Constant)]
    return []


def is_made(node: ast.AST) -> bool:
    """Tells whether a value is an object that the test makes of a class, by the look of its name."""
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    return bool(name[:1].isupper() and not name.isupper())


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
        return not any(isinstance(item, (ast.Set, ast.Call)) and not is_made(item) for item in ast.walk(node))
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
