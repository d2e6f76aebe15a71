"""The kth largest or smallest of a list."""

import heapq
from collections.abc import Iterable, Sequence
from typing import Any


def kth_smallest(items: Sequence[Any], k: int) -> Any:
    """Return the kth smallest item; 1 is the smallest."""
    if not 1 <= k <= len(items):
        raise ValueError(f"there is no item {k} of {len(items)}")
    rest, index = list(items), k - 1
    while True:
        pivot = rest[len(rest) // 2]
        below = [item for item in rest if item < pivot]
        equal = [item for item in rest if item == pivot]
        if index < len(below):
            rest = below
        elif index < len(below) + len(equal):
            return pivot
        else:
            index -= len(below) + len(equal)
            rest = [item for item in rest if item > pivot]


def kth_largest(items: Sequence[Any], k: int) -> Any:
    """Return the kth largest item; 1 is the largest."""
    if not 1 <= k <= len(items):
        raise ValueError(f"there is no item {k} of {len(items)}")
    return kth_smallest(items, len(items) + 1 - k)


def largest(stream: Iterable[Any], count: int) -> list[Any]:
    """Return the largest items of a stream, descending, without keeping the others."""
    heap: list[Any] = []
    for item in stream:
        if len(heap) < count:
            heapq.heappush(heap, item)
        elif heap and item > heap[0]:
            heapq.heapreplace(heap, item)
    return sorted(heap, reverse=True)
