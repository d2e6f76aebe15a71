"""Levenshtein distance between strings, and what can be done with it."""

from collections.abc import Iterable


def levenshtein(first: str, second: str, limit: int | None = None) -> int:
    """Return the least number of one-character edits that turn ``first`` into ``second``.

    With ``limit`` the result is exact up to the limit, and ``limit + 1`` for anything beyond,
    which is found out early.
    """
    if limit is not None and limit < 0:
        raise ValueError("limit must not be negative")
    if len(first) < len(second):
        first, second = second, first
    if limit is not None and len(first) - len(second) > limit:
        return limit + 1
    previous = list(range(len(second) + 1))
    for row, left in enumerate(first, start=1):
        current = [row]
        for column, right in enumerate(second, start=1):
            current.append(
                min(
                    previous[column] + 1,
                    current[column - 1] + 1,
                    previous[column - 1] + (left != right),
                )
            )
        if limit is not None and min(current) > limit:
            return limit + 1
        previous = current
    distance = previous[-1]
    return distance if limit is None else min(distance, limit + 1)


def similarity(first: str, second: str) -> float:
    """Return 1.0 for equal strings, 0.0 for strings that share nothing in place."""
    longest = max(len(first), len(second))
    return 1.0 if longest == 0 else 1 - levenshtein(first, second) / longest


def closest(word: str, candidates: Iterable[str], limit: int = 2) -> str | None:
    """Return the candidate nearest to ``word``, or None when none is within ``limit`` edits.

    Among equally near candidates the first one wins.
    """
    best: str | None = None
    for candidate in candidates:
        distance = levenshtein(word, candidate, limit)
        if distance == 0:
            return candidate
        if distance <= limit:
            best, limit = candidate, distance - 1
    return best
