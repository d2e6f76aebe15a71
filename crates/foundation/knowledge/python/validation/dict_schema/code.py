"""Validate nested data against a schema in the style of JSON Schema."""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "null": type(None),
    "integer": int, "number": (int, float),
}


class _Limit(NamedTuple):
    """A rule for values of one kind: when a limit is violated, and how to say so."""

    kind: str
    violates: Callable[[Any, Any], bool]
    words: str


_LIMITS = {
    "minimum": _Limit("number", lambda value, limit: value < limit, "is less than"),
    "maximum": _Limit("number", lambda value, limit: value > limit, "is more than"),
    "minLength": _Limit("string", lambda value, limit: len(value) < limit, "is shorter than"),
    "maxLength": _Limit("string", lambda value, limit: len(value) > limit, "is longer than"),
    "minItems": _Limit("array", lambda value, limit: len(value) < limit, "has fewer items than"),
    "maxItems": _Limit("array", lambda value, limit: len(value) > limit, "has more items than"),
    "pattern": _Limit("string", lambda text, limit: not re.search(limit, text), "does not match"),
}
_OTHERS = {"type", "enum", "required", "properties", "additionalProperties", "items"}


def _is(value: Any, kind: str) -> bool:
    """Return whether ``value`` is of the ``kind``; True and False are no numbers."""
    if kind not in _TYPES:
        raise ValueError(f"unknown type in the schema: {kind!r}")
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _object_problems(value: dict[str, Any], schema: Mapping[str, Any], path: str) -> list[str]:
    """Return the problems with the keys of a dictionary and with their values."""
    properties = schema.get("properties", {})
    problems = [
        f"{path}: {name!r} is missing" for name in schema.get("required", ()) if name not in value
    ]
    for name, item in value.items():
        if name in properties:
            problems += find_problems(item, properties[name], f"{path}.{name}")
        elif schema.get("additionalProperties") is False:
            problems.append(f"{path}: {name!r} is not allowed")
    return problems


def find_problems(value: Any, schema: Mapping[str, Any], path: str = "$") -> list[str]:
    """Return a message for each place where ``value`` breaks the rules of ``schema``.

    Each message begins with the path of the place, such as ``$.items[2].price``. Raise
    ValueError when the schema itself uses an unknown keyword or type.
    """
    unknown = set(schema) - set(_LIMITS) - _OTHERS
    if unknown:
        raise ValueError(f"unknown keywords in the schema: {', '.join(sorted(unknown))}")
    if "type" in schema:
        kinds = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
        if not any(_is(value, kind) for kind in kinds):
            return [f"{path}: {value!r} is not of type {' or '.join(kinds)}"]
    problems: list[str] = []
    if "enum" in schema and value not in schema["enum"]:
        problems.append(f"{path}: {value!r} is not one of {schema['enum']!r}")
    for keyword, limit in _LIMITS.items():
        if keyword not in schema or not _is(value, limit.kind):
            continue
        if limit.violates(value, schema[keyword]):
            problems.append(f"{path}: {value!r} {limit.words} {schema[keyword]!r}")
    if isinstance(value, dict):
        problems += _object_problems(value, schema, path)
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            problems += find_problems(item, schema["items"], f"{path}[{index}]")
    return problems


def ensure_valid(value: Any, schema: Mapping[str, Any]) -> None:
    """Raise ValueError, with every problem on a line of its own, unless ``value`` is valid."""
    problems = find_problems(value, schema)
    if problems:
        raise ValueError("\n".join(problems))
