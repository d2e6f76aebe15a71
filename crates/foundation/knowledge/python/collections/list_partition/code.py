"""Lists divided by a condition."""

from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def partition(items: Iterable[T], predicate: Callable[[T], object]) -> tuple[list[T], list[T]]:
    """Return the items for which the predicate holds, and the others."""
    matching: list[T] = []
    others: list[T] = []
    for item in items:
        (matching if predicate(item) else others).append(item)
    return matching, others


def split_at(items: Iterable[T], is_separator: Callable[[T], object]) -> list[list[T]]:
    """Return the runs between separators, empty ones too."""
    runs: list[list[T]] = [[]]
    for item in items:
        if is_separator(item):
            runs.append([])
        else:
            runs[-1].append(item)
    return runs


def split_between(items: Iterable[T], ends: Callable[[T, T], object]) -> list[list[T]]:
    """Return runs, a new one wherever ``ends(previous, next)`` holds."""
    runs: list[list[T]] = []
    for item in items:
        if runs and not ends(runs[-1][-1], item):
            runs[-1].append(item)
        else:
            runs.append([item])
    return runs
