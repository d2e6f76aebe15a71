"""Lists shifted around their ends."""

from collections.abc import MutableSequence, Sequence
from typing import Any


def rotated(items: Sequence[Any], positions: int) -> list[Any]:
    """Return the items moved to the right; negative positions move to the left."""
    if not items:
        return []
    cut = -positions % len(items)
    return list(items[cut:]) + list(items[:cut])


def rotate(items: MutableSequence[Any], positions: int) -> MutableSequence[Any]:
    """Move the items to the right in place, without a copy, and return them."""
    count = len(items)
    if not count:
        return items
    cut = positions % count
    _reverse(items, 0, count - 1)
    _reverse(items, 0, cut - 1)
    _reverse(items, cut, count - 1)
    return items


def is_rotation(left: Sequence[Any], right: Sequence[Any]) -> bool:
    """Tell whether one list is a rotation of the other."""
    if len(left) != len(right):
        return False
    return not left or any(
        rotated(left, positions) == list(right) for positions in range(len(left))
    )


def _reverse(items: MutableSequence[Any], low: int, high: int) -> None:
    while low < high:
        items[low], items[high] = items[high], items[low]
        low, high = low + 1, high - 1
