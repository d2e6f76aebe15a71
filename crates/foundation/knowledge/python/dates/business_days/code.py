"""Arithmetic with business days."""

from collections.abc import Collection
from datetime import date, timedelta

SATURDAY, SUNDAY = 5, 6
WEEKEND = frozenset({SATURDAY, SUNDAY})


def is_business_day(
    day: date, holidays: Collection[date] = (), weekend: Collection[int] = WEEKEND
) -> bool:
    """Return whether ``day`` is neither a holiday nor on the ``weekend`` (Monday is 0)."""
    return day.weekday() not in weekend and day not in holidays


def add_business_days(
    start: date,
    days: int,
    holidays: Collection[date] = (),
    weekend: Collection[int] = WEEKEND,
) -> date:
    """Return the date that lies ``days`` business days after ``start``, or before if negative.

    Zero days give ``start`` itself, even when it is not a business day.
    """
    if set(range(7)) <= set(weekend):
        raise ValueError("a week needs at least one business day")
    step = timedelta(days=1 if days > 0 else -1)
    current = start
    remaining = abs(days)
    while remaining:
        current += step
        if is_business_day(current, holidays, weekend):
            remaining -= 1
    return current


def count_business_days(
    start: date,
    end: date,
    holidays: Collection[date] = (),
    weekend: Collection[int] = WEEKEND,
) -> int:
    """Return how many business days lie from ``start`` up to but not including ``end``.

    Whole weeks are counted by multiplication, so long periods are cheap. Raise ValueError
    when ``end`` lies before ``start``.
    """
    if end < start:
        raise ValueError("end lies before start")
    weeks, rest = divmod((end - start).days, 7)
    count = weeks * (7 - len(set(weekend)))
    count += sum((start.weekday() + offset) % 7 not in weekend for offset in range(rest))
    return count - sum(
        start <= day < end and day.weekday() not in weekend for day in set(holidays)
    )
