"""Duplicate removal and set operations that preserve order."""

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar, cast

T = TypeVar("T")
H = TypeVar("H", bound=Hashable)


def unique(items: Iterable[T], key: Callable[[T], Hashable] | None = None) -> list[T]:
    """Return the items without repeats, keeping the first of each.

    ``key`` maps an item to the hashable value that decides equality; it is
    required when the items themselves cannot be hashed.
    """
    kept: dict[Hashable, T] = {}
    for item in items:
        kept.setdefault(key(item) if key else cast(Hashable, item), item)
    return list(kept.values())


def duplicates(items: Iterable[H]) -> list[H]:
    """Return each item that occurs more than once, in order of its second sight."""
    seen: set[H] = set()
    repeated: dict[H, None] = {}
    for item in items:
        if item in seen:
            repeated[item] = None
        seen.add(item)
    return list(repeated)


def union(*groups: Iterable[H]) -> list[H]:
    """Return all distinct items of all groups in order of first appearance."""
    return unique(item for group in groups for item in group)


def intersection(first: Iterable[H], *others: Iterable[H]) -> list[H]:
    """Return the distinct items of ``first`` that occur in every other group."""
    sets = [set(other) for other in others]
    return [item for item in unique(first) if all(item in group for group in sets)]


def difference(first: Iterable[H], *others: Iterable[H]) -> list[H]:
    """Return the distinct items of ``first`` that occur in no other group."""
    excluded = set().union(*others)
    return [item for item in unique(first) if item not in excluded]
