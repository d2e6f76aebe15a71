"""Dotted-path access to nested dictionaries and lists."""

from collections.abc import Mapping, MutableMapping
from typing import Any

MISSING = object()


def get_path(data: Any, path: str, default: Any = MISSING, sep: str = ".") -> Any:
    """Return the value at ``path``; numbers index into lists.

    Without ``default`` a missing step raises KeyError naming the whole path.
    """
    current = data
    for part in path.split(sep):
        try:
            if isinstance(current, Mapping):
                current = current[part]
            elif isinstance(current, (list, tuple)):
                current = current[int(part)]
            else:
                raise KeyError(part)
        except (KeyError, IndexError, ValueError):
            if default is MISSING:
                raise KeyError(f"no value at {path!r}") from None
            return default
    return current


def set_path(data: MutableMapping[str, Any], path: str, value: Any, sep: str = ".") -> None:
    """Store ``value`` at ``path``, creating dictionaries on the way.

    Raises ValueError if a step on the way holds something else than a dictionary.
    """
    *parents, last = path.split(sep)
    current = data
    for part in parents:
        child = current.setdefault(part, {})
        if not isinstance(child, MutableMapping):
            raise ValueError(f"{part!r} in {path!r} is not a dictionary")
        current = child
    current[last] = value


def flatten_keys(data: Mapping[str, Any], sep: str = ".") -> dict[str, Any]:
    """Return ``{"a.b": value}`` for every leaf; empty dictionaries are leaves."""
    flat: dict[str, Any] = {}
    for key, value in data.items():
        if isinstance(value, Mapping) and value:
            for inner, leaf in flatten_keys(value, sep).items():
                flat[f"{key}{sep}{inner}"] = leaf
        else:
            flat[str(key)] = value
    return flat
