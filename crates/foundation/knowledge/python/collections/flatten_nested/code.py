"""Flatten arbitrarily nested iterables."""

from collections.abc import Iterable, Iterator
from typing import Any

ATOMS = (str, bytes, bytearray, dict)


def flatten(items: Iterable[Any], max_depth: int | None = None) -> Iterator[Any]:
    """Yield the leaves of ``items`` from left to right.

    ``max_depth`` limits how many levels are opened: 0 yields the items as they
    are, 1 opens one level, ``None`` opens all.  Strings, bytes and dictionaries
    are leaves.  Raises ValueError for a negative depth or a container that
    holds itself.
    """
    if max_depth is not None and max_depth < 0:
        raise ValueError(f"max_depth must not be negative, got {max_depth}")
    return _walk(items, max_depth)


def _walk(items: Iterable[Any], max_depth: int | None) -> Iterator[Any]:
    """Do the work of ``flatten`` once its arguments are known to be good."""
    stack = [iter(items)]
    open_ids = [id(items)]
    while stack:
        for item in stack[-1]:
            is_leaf = isinstance(item, ATOMS) or not isinstance(item, Iterable)
            if is_leaf or (max_depth is not None and len(stack) > max_depth):
                yield item
                continue
            if id(item) in open_ids:
                raise ValueError("a container holds itself")
            stack.append(iter(item))
            open_ids.append(id(item))
            break
        else:
            stack.pop()
            open_ids.pop()


def flatten_list(items: Iterable[Any], max_depth: int | None = None) -> list[Any]:
    """Return the leaves of ``items`` as a list."""
    return list(flatten(items, max_depth))
