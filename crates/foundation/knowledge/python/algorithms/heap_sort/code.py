"""Heap sort in place."""

from collections.abc import Callable, MutableSequence
from typing import Any


def heap_sort(
    items: MutableSequence[Any],
    key: Callable[[Any], Any] = lambda item: item,
    reverse: bool = False,
) -> MutableSequence[Any]:
    """Sort ``items`` in place and return them; equal items may change their order."""
    for root in range(len(items) // 2 - 1, -1, -1):
        _sift_down(items, root, len(items), key)
    for end in range(len(items) - 1, 0, -1):
        items[0], items[end] = items[end], items[0]
        _sift_down(items, 0, end, key)
    if reverse:
        items.reverse()
    return items


def is_heap(items: MutableSequence[Any]) -> bool:
    """Tell whether no item is larger than its parent."""
    return all(items[(child - 1) // 2] >= items[child] for child in range(1, len(items)))


def _sift_down(items: MutableSequence[Any], root: int, end: int, key: Callable[[Any], Any]) -> None:
    while (child := 2 * root + 1) < end:
        if child + 1 < end and key(items[child]) < key(items[child + 1]):
            child += 1
        if key(items[root]) >= key(items[child]):
            return
        items[root], items[child] = items[child], items[root]
        root = child
