"""Iterate over dates and work with periods of days."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

Period = tuple[date, date]


def date_range(start: date, stop: date, step: int = 1) -> Iterator[date]:
    """Yield dates from ``start`` up to but not including ``stop``, ``step`` days apart."""
    if step == 0:
        raise ValueError("step must not be zero")
    for offset in range(0, (stop - start).days, step):
        yield start + timedelta(days=offset)


def _check(first: date, last: date) -> None:
    """Raise ValueError for a period that ends before it begins."""
    if last < first:
        raise ValueError(f"the period ends on {last}, before it begins on {first}")


def split_by_month(first: date, last: date) -> list[Period]:
    """Return the parts of the period from ``first`` to ``last`` in each calendar month."""
    _check(first, last)
    parts: list[Period] = []
    while first <= last:
        month_end = first.replace(day=monthrange(first.year, first.month)[1])
        parts.append((first, min(month_end, last)))
        first = month_end + timedelta(days=1)
    return parts


def merge_periods(periods: Iterable[Period]) -> list[Period]:
    """Return sorted periods that cover the same days and neither overlap nor adjoin."""
    merged: list[Period] = []
    for first, last in sorted(periods):
        _check(first, last)
        if merged and first <= merged[-1][1] + timedelta(days=1):
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def missing_dates(dates: Iterable[date]) -> list[date]:
    """Return the dates between the earliest and the latest that are not in ``dates``."""
    present = set(dates)
    if not present:
        return []
    return [day for day in date_range(min(present), max(present)) if day not in present]
