"""Nested dictionaries as flat ones."""

from collections.abc import Mapping
from typing import Any


def flatten(nested: Mapping[str, Any], separator: str = ".") -> dict[str, Any]:
    """Return one entry for each value, its path joined by ``separator``."""
    flat: dict[str, Any] = {}
    for key, value in nested.items():
        if separator in key:
            raise ValueError(f"{key!r} contains {separator!r}")
        if isinstance(value, Mapping) and value:
            for path, inner in flatten(value, separator).items():
                flat[key + separator + path] = inner
        else:
            flat[key] = value
    return flat


def unflatten(flat: Mapping[str, Any], separator: str = ".") -> dict[str, Any]:
    """Return the nested dictionary of a flat one."""
    nested: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, last = path.split(separator)
        inner = nested
        for key in parents:
            inner = inner.setdefault(key, {})
            if not isinstance(inner, dict):
                raise ValueError(f"{path!r} goes through a value")
        if last in inner:
            raise ValueError(f"{path!r} is there twice")
        inner[last] = value
    return nested
