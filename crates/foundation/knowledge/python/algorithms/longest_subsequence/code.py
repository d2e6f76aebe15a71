"""Longest common and increasing subsequences."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any


def common_subsequence(left: Sequence[Any], right: Sequence[Any]) -> list[Any]:
    """Return a longest list of items that occurs in order in both sequences."""
    # lengths[i][j]: length of the answer for left[i:] and right[j:].
    lengths = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            if left[i] == right[j]:
                lengths[i][j] = lengths[i + 1][j + 1] + 1
            else:
                lengths[i][j] = max(lengths[i + 1][j], lengths[i][j + 1])
    result = []
    i = j = 0
    while lengths[i][j]:
        if left[i] == right[j]:
            result.append(left[i])
            i, j = i + 1, j + 1
        elif lengths[i + 1][j] >= lengths[i][j + 1]:
            i += 1
        else:
            j += 1
    return result


def common_substring(left: str, right: str) -> str:
    """Return the first longest contiguous text that occurs in both strings."""
    best_end = best_length = 0
    previous = [0] * (len(right) + 1)
    for i, char in enumerate(left, start=1):
        current = [0] * (len(right) + 1)
        for j, other in enumerate(right, start=1):
            if char == other:
                current[j] = previous[j - 1] + 1
                if current[j] > best_length:
                    best_end, best_length = i, current[j]
        previous = current
    return left[best_end - best_length : best_end]


def increasing_subsequence(items: Sequence[Any]) -> list[Any]:
    """Return a longest strictly increasing subsequence of ``items``."""
    tails: list[Any] = []  # tails[n]: smallest end of an increasing run of n + 1 items
    tail_at: list[int] = []  # where in items each tail is
    previous: list[int] = []  # the index before each item in its run, or -1
    for index, item in enumerate(items):
        place = bisect_left(tails, item)
        if place == len(tails):
            tails.append(item)
            tail_at.append(index)
        else:
            tails[place] = item
            tail_at[place] = index
        previous.append(tail_at[place - 1] if place else -1)
    result = []
    step = tail_at[-1] if tail_at else -1
    while step >= 0:
        result.append(items[step])
        step = previous[step]
    return result[::-1]
