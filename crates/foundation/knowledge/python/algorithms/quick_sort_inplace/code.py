"""In-place quick sort and quickselect."""

import random
from collections.abc import Iterable, MutableSequence
from typing import Any


def _partition(items: MutableSequence[Any], low: int, high: int, pivot: Any) -> tuple[int, int]:
    """Rearrange ``items[low:high]`` into less, equal and greater than ``pivot``.

    Returns the bounds of the middle part.
    """
    equal_start, index, equal_end = low, low, high
    while index < equal_end:
        item = items[index]
        if item < pivot:
            items[index], items[equal_start] = items[equal_start], item
            equal_start += 1
            index += 1
        elif pivot < item:
            equal_end -= 1
            items[index], items[equal_end] = items[equal_end], item
        else:
            index += 1
    return equal_start, equal_end


def quick_sort(items: MutableSequence[Any], rng: random.Random | None = None) -> None:
    """Sort ``items`` in place; ``rng`` makes the choice of pivots repeatable."""
    rng = rng or random.Random()

    def sort(low: int, high: int) -> None:
        while high - low > 1:
            pivot = items[rng.randrange(low, high)]
            equal_start, equal_end = _partition(items, low, high, pivot)
            if equal_start - low < high - equal_end:
                sort(low, equal_start)
                low = equal_end
            else:
                sort(equal_end, high)
                high = equal_start

    sort(0, len(items))


def kth_smallest(values: Iterable[Any], k: int, rng: random.Random | None = None) -> Any:
    """Return the item that would be at index ``k`` after sorting (0 = smallest)."""
    items = list(values)
    if not 0 <= k < len(items):
        raise IndexError(f"k must be in 0..{len(items) - 1}, got {k}")
    rng = rng or random.Random()
    low, high = 0, len(items)
    while True:
        pivot = items[rng.randrange(low, high)]
        equal_start, equal_end = _partition(items, low, high, pivot)
        if k < equal_start:
            high = equal_start
        elif k >= equal_end:
            low = equal_end
        else:
            return items[k]
