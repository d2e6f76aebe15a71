"""Generators of distinct permutations, combinations and subsets."""

from collections.abc import Iterable, Iterator, MutableSequence, Sequence
from typing import Any, TypeVar

T = TypeVar("T")


def permutations(items: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
    """Yield every distinct arrangement in sorted order (items must be sortable)."""
    current = sorted(items)
    yield tuple(current)
    while next_permutation(current):
        yield tuple(current)


def next_permutation(items: MutableSequence[Any]) -> bool:
    """Rearrange ``items`` to the next arrangement in sorted order.

    Returns False, leaving the items in ascending order, after the last one.
    """
    pivot = len(items) - 2
    while pivot >= 0 and items[pivot] >= items[pivot + 1]:
        pivot -= 1
    if pivot >= 0:
        swap = len(items) - 1
        while items[swap] <= items[pivot]:
            swap -= 1
        items[pivot], items[swap] = items[swap], items[pivot]
    items[pivot + 1 :] = items[pivot + 1 :][::-1]
    return pivot >= 0


def combinations(items: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    """Yield every choice of ``size`` positions, keeping the order of the items."""
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")

    def choose(start: int, missing: int) -> Iterator[tuple[T, ...]]:
        if not missing:
            yield ()
            return
        for index in range(start, len(items) - missing + 1):
            for rest in choose(index + 1, missing - 1):
                yield (items[index], *rest)

    return choose(0, size)


def power_set(items: Sequence[T]) -> Iterator[tuple[T, ...]]:
    """Yield every subset, smaller ones first."""
    for size in range(len(items) + 1):
        yield from combinations(items, size)
