"""Binary search on sorted sequences and on ranges of numbers."""

from collections.abc import Callable, Sequence
from typing import Any


def lower_bound(items: Sequence[Any], target: Any) -> int:
    """Return the first position whose item is not less than ``target``."""
    return first_true(0, len(items), lambda index: not items[index] < target)


def upper_bound(items: Sequence[Any], target: Any) -> int:
    """Return the first position whose item is greater than ``target``."""
    return first_true(0, len(items), lambda index: target < items[index])


def find(items: Sequence[Any], target: Any) -> int | None:
    """Return the index of the first item equal to ``target``, or None."""
    index = lower_bound(items, target)
    if index < len(items) and items[index] == target:
        return index
    return None


def count(items: Sequence[Any], target: Any) -> int:
    """Return how often ``target`` occurs."""
    return upper_bound(items, target) - lower_bound(items, target)


def first_true(low: int, high: int, test: Callable[[int], bool]) -> int:
    """Return the smallest n in ``[low, high)`` with ``test(n)`` true, else ``high``.

    ``test`` must be monotonic: once true it stays true for all greater numbers.
    """
    if low > high:
        raise ValueError(f"empty range: {low} > {high}")
    while low < high:
        middle = (low + high) // 2
        if test(middle):
            high = middle
        else:
            low = middle + 1
    return low
