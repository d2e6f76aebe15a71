"""Cron expressions with five fields."""

from dataclasses import dataclass
from datetime import datetime, timedelta

RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
MAX_MINUTES = 366 * 24 * 60


@dataclass(frozen=True)
class Cron:
    """A parsed expression."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def matches(self, moment: datetime) -> bool:
        """Tell whether the minute of a moment is meant."""
        day = moment.day in self.days
        weekday = moment.isoweekday() % 7 in self.weekdays
        on_day = (day or weekday) if not (self.any_day or self.any_weekday) else (day and weekday)
        return (
            on_day
            and moment.minute in self.minutes
            and moment.hour in self.hours
            and moment.month in self.months
        )

    def next_after(self, moment: datetime) -> datetime:
        """Return the next minute that matches, within a year."""
        at = moment.replace(second=0, microsecond=0)
        for _ in range(MAX_MINUTES):
            at += timedelta(minutes=1)
            if self.matches(at):
                return at
        raise ValueError("it does not run within a year")


def parse(expression: str) -> Cron:
    """Return the cron expression of a text such as ``*/15 9-17 * * 1-5``."""
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(f"{len(fields)} fields instead of 5")
    sets = [_field(text, low, high) for text, (low, high) in zip(fields, RANGES)]
    weekdays = frozenset(day % 7 for day in sets[4])
    return Cron(*sets[:4], weekdays, fields[2] == "*", fields[4] == "*")


def _field(text: str, low: int, high: int) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, dash, last = span.partition("-")
        try:
            start = low if span == "*" else int(first)
            end = high if span == "*" or (step and not dash) else int(last or first)
            width = int(step or 1)
        except ValueError:
            raise ValueError(f"unknown field: {text}") from None
        if not low <= start <= end <= high or width < 1:
            raise ValueError(f"out of range: {text}")
        values.update(range(start, end + 1, width))
    return frozenset(values)
