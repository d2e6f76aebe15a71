"""The best contiguous part of a list."""

from collections.abc import Sequence


def maximum_subarray(numbers: Sequence[int]) -> tuple[int, int, int]:
    """Return the largest sum and the part it belongs to, as ``(sum, start, end)``."""
    if not numbers:
        raise ValueError("the list is empty")
    best, best_start, best_end = numbers[0], 0, 1
    current, start = numbers[0], 0
    for index in range(1, len(numbers)):
        if current < 0:
            current, start = 0, index
        current += numbers[index]
        if current > best:
            best, best_start, best_end = current, start, index + 1
    return best, best_start, best_end


def maximum_sum(numbers: Sequence[int]) -> int:
    """Return the largest sum of a contiguous part."""
    return maximum_subarray(numbers)[0]


def maximum_product(numbers: Sequence[int]) -> int:
    """Return the largest product of a contiguous part."""
    if not numbers:
        raise ValueError("the list is empty")
    best = high = low = numbers[0]
    for number in numbers[1:]:
        candidates = (number, number * high, number * low)
        high, low = max(candidates), min(candidates)
        best = max(best, high)
    return best
