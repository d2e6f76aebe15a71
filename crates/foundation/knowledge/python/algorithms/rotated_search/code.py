"""Search in a sorted array that was rotated."""

from collections.abc import Sequence


def pivot(values: Sequence[int]) -> int:
    """Return the index of the smallest value; all values must differ."""
    if not values:
        raise ValueError("the array is empty")
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        if values[middle] > values[high]:
            low = middle + 1
        else:
            high = middle
    return low


def search(values: Sequence[int], wanted: int) -> int:
    """Return the index of ``wanted``, or -1."""
    low, high = 0, len(values) - 1
    while low <= high:
        middle = (low + high) // 2
        if values[middle] == wanted:
            return middle
        if values[low] <= values[middle]:
            if values[low] <= wanted < values[middle]:
                high = middle - 1
            else:
                low = middle + 1
        elif values[middle] < wanted <= values[high]:
            low = middle + 1
        else:
            high = middle - 1
    return -1


def is_rotated(values: Sequence[int]) -> bool:
    """Tell whether the values are sorted but for a rotation by one place or more."""
    start = pivot(values)
    turned = list(values[start:]) + list(values[:start])
    return start > 0 and turned == sorted(values)
