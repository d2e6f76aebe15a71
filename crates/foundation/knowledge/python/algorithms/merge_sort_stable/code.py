"""Stable merge sort without recursion."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
Key = Callable[[Any], Any]


def _itself(item: T) -> T:
    """Return ``item``; the key used when none is given."""
    return item


def merge(
    left: Sequence[T], right: Sequence[T], key: Key = _itself, reverse: bool = False
) -> list[T]:
    """Merge two sequences sorted the same way; ties take from ``left`` first."""
    merged: list[T] = []
    left_at = right_at = 0
    while left_at < len(left) and right_at < len(right):
        left_key, right_key = key(left[left_at]), key(right[right_at])
        right_wins = left_key < right_key if reverse else right_key < left_key
        if right_wins:
            merged.append(right[right_at])
            right_at += 1
        else:
            merged.append(left[left_at])
            left_at += 1
    merged.extend(left[left_at:])
    merged.extend(right[right_at:])
    return merged


def merge_sort(items: Iterable[T], key: Key = _itself, reverse: bool = False) -> list[T]:
    """Return a new sorted list; items with equal keys keep their order."""
    runs = [[item] for item in items]
    while len(runs) > 1:
        paired = [
            merge(runs[index], runs[index + 1], key, reverse)
            for index in range(0, len(runs) - 1, 2)
        ]
        if len(runs) % 2:
            paired.append(runs[-1])
        runs = paired
    return runs[0] if runs else []
