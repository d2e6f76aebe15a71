"""Convert identifiers between the usual naming styles."""

import re
from collections.abc import Callable
from typing import Any

_WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+|[^\W_A-Za-z0-9]+")


def split_identifier(name: str) -> list[str]:
    """Return the words of ``name``; case changes, underscores, hyphens and spaces separate."""
    return _WORD.findall(name)


def to_snake(name: str) -> str:
    """Return ``name`` in snake_case; leading underscores are kept."""
    prefix = name[: len(name) - len(name.lstrip("_"))]
    return prefix + "_".join(split_identifier(name)).lower()


def to_kebab(name: str) -> str:
    """Return ``name`` in kebab-case."""
    return "-".join(split_identifier(name)).lower()


def to_constant(name: str) -> str:
    """Return ``name`` in CONSTANT_CASE."""
    return "_".join(split_identifier(name)).upper()


def to_pascal(name: str) -> str:
    """Return ``name`` in PascalCase."""
    return "".join(word.capitalize() for word in split_identifier(name))


def to_camel(name: str) -> str:
    """Return ``name`` in camelCase."""
    pascal = to_pascal(name)
    return pascal[:1].lower() + pascal[1:]


def convert_keys(data: Any, convert: Callable[[str], str]) -> Any:
    """Return ``data`` with the keys of all its dictionaries converted, at any depth.

    Raise ValueError when two keys of a dictionary become the same.
    """
    if isinstance(data, list):
        return [convert_keys(item, convert) for item in data]
    if not isinstance(data, dict):
        return data
    result: dict[Any, Any] = {}
    for key, value in data.items():
        new_key = convert(key) if isinstance(key, str) else key
        if new_key in result:
            raise ValueError(f"two keys become {new_key!r}")
        result[new_key] = convert_keys(value, convert)
    return result
