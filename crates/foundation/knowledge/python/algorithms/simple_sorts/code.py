"""Sorts for short lists; each returns a new list."""

from collections.abc import Iterable
from typing import Any


def bubble_sort(items: Iterable[Any]) -> list[Any]:
    """Swap neighbours until a pass needs no swap."""
    result = list(items)
    for end in range(len(result) - 1, 0, -1):
        swapped = False
        for index in range(end):
            if result[index] > result[index + 1]:
                result[index], result[index + 1] = result[index + 1], result[index]
                swapped = True
        if not swapped:
            break
    return result


def insertion_sort(items: Iterable[Any]) -> list[Any]:
    """Insert each item where it belongs among those before it; stable."""
    result: list[Any] = []
    for item in items:
        place = len(result)
        while place > 0 and result[place - 1] > item:
            place -= 1
        result.insert(place, item)
    return result


def selection_sort(items: Iterable[Any]) -> list[Any]:
    """Take the smallest of the rest again and again."""
    result = list(items)
    for start in range(len(result)):
        smallest = min(range(start, len(result)), key=result.__getitem__)
        result[start], result[smallest] = result[smallest], result[start]
    return result


def counting_sort(numbers: Iterable[int]) -> list[int]:
    """Sort small non-negative integers by counting them."""
    known = list(numbers)
    if any(number < 0 for number in known):
        raise ValueError("negative numbers cannot be counted")
    counts = [0] * (max(known, default=-1) + 1)
    for number in known:
        counts[number] += 1
    return [number for number, count in enumerate(counts) for _ in range(count)]
