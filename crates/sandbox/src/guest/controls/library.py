"""Knows values of Python's library that tests expect like literals: dates, exact numbers, identifiers, paths.

They are coded by what makes two of them equal. A test file makes them by names that it imports; a class or function of
its own by such a name is something else, and so is an object of a subclass.
"""

from __future__ import annotations

import ast
import collections
import importlib
import sys

from _saraphina_suite_nodes import FUNCTIONS, every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from _saraphina_types import Coded

# Larger ones are no expectation that somebody wrote.
MOST_DIGITS = 400
MOST_BITS = 4_096
LONGEST = 100
# By module: its classes, and the types of what a value may be made of.
MAKERS: dict[str, dict[str, tuple[type, ...]]] = {
    "datetime": {"date": (int,), "datetime": (int,), "time": (int,), "timedelta": (int, float)},
    "decimal": {"Decimal": (int, str)},
    "fractions": {"Fraction": (int, str)},
    "uuid": {"UUID": (str,)},
    "pathlib": {"Path": (str,), "PurePath": (str,), "PurePosixPath": (str,)},
}
# What equals values of another class has the name of that.
ALIKE = {"pathlib.PosixPath": "pathlib.PurePosixPath"}
MARK = "_saraphina_made"


# What is expected


def mark(tree: ast.Module) -> None:
    """Marks the calls of a file that make such a value, by what it imports and binds to no other thing."""
    modules: dict[str, str] = {}
    classes: dict[str, tuple[str, str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Import):
            modules |= {item.asname or item.name: item.name for item in node.names if item.name in MAKERS}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module in MAKERS:
            known = [item for item in node.names if item.name in MAKERS[node.module]]
            classes |= {item.asname or item.name: (node.module, item.name) for item in known}
    if not modules and not classes:
        return
    bound = collections.Counter(name for node in every_node(tree) for name in names(node))
    for call in every_node(tree):
        if not isinstance(call, ast.Call):
            continue
        owner = call.func.value if isinstance(call.func, ast.Attribute) else None
        name = getattr(call.func if owner is None else owner, "id", "")
        if bound[name] != 1:
            continue
        if owner is None and name in classes:
            setattr(call, MARK, classes[name])
        elif isinstance(call.func, ast.Attribute) and call.func.attr in MAKERS.get(modules.get(name, ""), {}):
            setattr(call, MARK, (modules[name], call.func.attr))


def names(node: ast.AST) -> Iterator[str]:
    """Names that a node binds."""
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (item.asname or item.name.partition(".")[0] for item in node.names)


def made(call: ast.Call, given: list[Any], named: dict[str, Any]) -> Any:
    """The value of a marked call with these arguments; raises ValueError for any other."""
    module, name = getattr(call, MARK, ("", ""))
    kinds = MAKERS.get(module, {}).get(name, ())
    values = (*given, *named.values())
    if not values or any(type(item) not in kinds or len(str(item)) > LONGEST for item in values):
        raise ValueError(name)
    return getattr(importlib.import_module(module), name)(*given, **named)


# What is given


def encode(value: Any, kind: type) -> Coded | None:
    """The value as a tagged list; nothing for any other object."""
    name = f"{kind.__module__}.{kind.__name__}"
    coding = CODINGS.get(name)
    # A class of the same name is none of the library's; what nobody has imported, nobody has a value of.
    if coding is None or getattr(sys.modules.get(kind.__module__), kind.__name__, None) is not kind:
        return None
    try:
        found = coding(value)
    except (ArithmeticError, ValueError, TypeError, AttributeError):
        return None
    return ["library", ALIKE.get(name, name), found.encode().hex()] if isinstance(found, str) else found


def decimal(value: Any) -> Coded | None:
    is_bounded = value.is_finite() and abs(value.adjusted()) <= MOST_DIGITS
    return ratio(*value.as_integer_ratio()) if is_bounded else None


def ratio(above: int, below: int) -> Coded | None:
    """A number as the builtin one that it equals, or as a fraction in lowest terms."""
    if max(above.bit_length(), below.bit_length()) > MOST_BITS:
        return None
    if below == 1:
        return ["int", hex(above)]
    try:
        nearest = above / below
    except OverflowError:
        return ["ratio", hex(above), hex(below)]
    is_same = nearest.as_integer_ratio() == (above, below)
    return ["float", number(nearest)] if is_same else ["ratio", hex(above), hex(below)]


def number(value: float) -> str:
    """A float that is whole is written like the integer it equals."""
    return hex(int(value)) if value == value and abs(value) != float("inf") and value.is_integer() else value.hex()


def instant(value: Any) -> str | None:
    """A date and time, or a time, without a zone: with one, the zone's own code would say what it equals."""
    return value.isoformat() if value.tzinfo is None else None


CODINGS: dict[str, Any] = {
    "datetime.date": lambda value: value.isoformat(),
    "datetime.datetime": instant,
    "datetime.time": instant,
    "datetime.timedelta": lambda value: f"{value.days} {value.seconds} {value.microseconds}",
    "decimal.Decimal": decimal,
    "fractions.Fraction": lambda value: ratio(value.numerator, value.denominator),
    "uuid.UUID": lambda value: f"{value.int:x}",
    "pathlib.PosixPath": str,
    "pathlib.PurePosixPath": str,
}
