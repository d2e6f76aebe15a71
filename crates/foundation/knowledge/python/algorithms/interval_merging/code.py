"""Operations on half-open intervals (start, end)."""

from collections.abc import Iterable
from typing import Any

Interval = tuple[Any, Any]


def _sorted_valid(intervals: Iterable[Interval]) -> list[Interval]:
    """Return the intervals by start; ValueError if one ends before it starts."""
    ordered = sorted(intervals)
    for start, end in ordered:
        if end < start:
            raise ValueError(f"interval ends before it starts: {(start, end)}")
    return ordered


def merge_intervals(intervals: Iterable[Interval]) -> list[Interval]:
    """Return disjoint sorted intervals that cover the same values.

    Intervals that overlap or touch are joined.
    """
    merged: list[Interval] = []
    for start, end in _sorted_valid(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def find_gaps(intervals: Iterable[Interval], start: Any, end: Any) -> list[Interval]:
    """Return the parts of ``(start, end)`` that no interval covers."""
    gaps: list[Interval] = []
    free_from = start
    for busy_start, busy_end in merge_intervals(intervals):
        if free_from < min(busy_start, end):
            gaps.append((free_from, min(busy_start, end)))
        free_from = max(free_from, busy_end)
    if free_from < end:
        gaps.append((free_from, end))
    return gaps


def max_overlap(intervals: Iterable[Interval]) -> int:
    """Return the greatest number of intervals that share a value."""
    changes: list[tuple[Any, int]] = []
    for start, end in _sorted_valid(intervals):
        if start < end:
            changes += [(start, 1), (end, -1)]
    current = greatest = 0
    for _, change in sorted(changes):
        current += change
        greatest = max(greatest, current)
    return greatest
