"""Sorting by several keys."""

from collections.abc import Callable, Iterable
from typing import Any

Key = str | Callable[[Any], Any]


def sort_by(items: Iterable[Any], *keys: Key) -> list[Any]:
    """Return the items by the first key, equal ones by the second, and so on.

    A name with ``-`` before it sorts descending. Items without a value, or with
    None, come last in either direction.
    """
    result = list(items)
    for key in reversed(keys):
        descending = isinstance(key, str) and key.startswith("-")
        read = _reader(key[1:] if descending else key)
        known = [item for item in result if read(item) is not None]
        unknown = [item for item in result if read(item) is None]
        known.sort(key=read, reverse=descending)
        result = known + unknown
    return result


def _reader(key: Key) -> Callable[[Any], Any]:
    if callable(key):
        return key

    def read(item: Any) -> Any:
        return item.get(key) if isinstance(item, dict) else getattr(item, key, None)

    return read
