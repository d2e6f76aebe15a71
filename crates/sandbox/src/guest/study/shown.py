"""Shows what a call came to as a text that is the same for the same behaviour.

Addresses and names of temporary places differ from run to run and are left out; what else differs shows when the same
text is run twice.
"""

from __future__ import annotations

import itertools
import re

import _saraphina_controls_values as values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_CHARACTERS = 6_000
MOST_ITEMS = 200
MOST_DEPTH = 6
FLEETING = re.compile(r"0x[0-9a-fA-F]{6,}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|/tmp/\S*")


def shown(value: Any, depth: int = 0) -> str:
    """A value as text; objects by their type and what they hold."""
    kind = type(value)
    if depth > MOST_DEPTH:
        return "..."
    if value is None or kind in (bool, int, float, complex):
        return repr(value)[:MOST_CHARACTERS]
    if kind in (str, bytes, bytearray):
        return FLEETING.sub("~", repr(value[:MOST_CHARACTERS]))
    if kind in (list, tuple):
        inner = ", ".join(shown(item, depth + 1) for item in value[:MOST_ITEMS])
        return f"{kind.__name__}({inner})"[:MOST_CHARACTERS]
    if kind in (set, frozenset):
        inner = ", ".join(sorted(shown(item, depth + 1) for item in itertools.islice(value, MOST_ITEMS)))
        return f"{kind.__name__}({inner})"[:MOST_CHARACTERS]
    if kind is dict:
        pairs = itertools.islice(value.items(), MOST_ITEMS)
        inner = ", ".join(f"{shown(key, depth + 1)}: {shown(item, depth + 1)}" for key, item in pairs)
        return f"dict({inner})"[:MOST_CHARACTERS]
    if isinstance(value, type) or callable(value) and hasattr(value, "__qualname__"):
        return f"<{getattr(value, '__qualname__', kind.__name__)}>"[:200]
    return held(value, depth)


def held(value: Any, depth: int) -> str:
    """An object of a class that somebody wrote: its public attributes, which is what its users see."""
    kind = type(value)
    name = kind.__qualname__[:200]
    if isinstance(value, BaseException):
        return f"{name}({', '.join(shown(item, depth + 1) for item in value.args)})"[:MOST_CHARACTERS]
    attributes = getattr(value, "__dict__", None)
    if type(attributes) is dict and attributes:
        known = sorted(item for item in attributes if type(item) is str and not item.startswith("_"))
        inner = ", ".join(f"{item}={shown(attributes[item], depth + 1)}" for item in known[:MOST_ITEMS])
        return f"{name}({inner})"[:MOST_CHARACTERS]
    text = repr(value) if kind.__module__ in ("datetime", "decimal", "fractions", "pathlib", "enum") else ""
    return FLEETING.sub("~", f"{name}({text})")[:MOST_CHARACTERS]


def literal(value: Any) -> str | None:
    """The value as source text, where it is one that a test may compare with."""
    coded = values.encode(value)
    text = repr(value)
    if len(text) > 300 or not is_plain(coded):
        return None
    return text


def is_plain(coded: Any) -> bool:
    """Tells whether a coded value is made of literals alone."""
    kind, *rest = coded
    if kind in ("none", "bool", "int", "str", "bytes"):
        return True
    if kind == "float":
        return "n" not in rest[0]
    if kind in ("list", "tuple"):
        return all(is_plain(item) for item in rest[0])
    if kind == "dict":
        return all(is_plain(key) and is_plain(item) for key, item in rest[0])
    return False
