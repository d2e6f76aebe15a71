"""Group, partition and index items by a key."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def group_by(items: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Return ``{key(item): [items...]}`` in order of first appearance."""
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(key(item), []).append(item)
    return groups


def partition(items: Iterable[T], predicate: Callable[[T], bool]) -> tuple[list[T], list[T]]:
    """Return two lists: the items that pass ``predicate`` and those that fail."""
    passed: list[T] = []
    failed: list[T] = []
    for item in items:
        (passed if predicate(item) else failed).append(item)
    return passed, failed


def index_by(items: Iterable[T], key: Callable[[T], K]) -> dict[K, T]:
    """Return ``{key(item): item}``; raise ValueError if a key occurs twice."""
    index: dict[K, T] = {}
    for item in items:
        item_key = key(item)
        if item_key in index:
            raise ValueError(f"duplicate key: {item_key!r}")
        index[item_key] = item
    return index
