"""Recurring schedules: when is the next time?"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, time, timedelta


@dataclass(frozen=True)
class Weekly:
    """On certain weekdays (Monday is 0) at a time of day."""

    weekdays: frozenset[int]
    at: time = time(0)

    def __post_init__(self) -> None:
        if not self.weekdays or not self.weekdays <= frozenset(range(7)):
            raise ValueError("weekdays must be a non-empty set of numbers from 0 to 6")

    def next_after(self, moment: datetime) -> datetime:
        """Return the first occurrence strictly after ``moment``."""
        candidate = datetime.combine(moment.date(), self.at, moment.tzinfo)
        while candidate <= moment or candidate.weekday() not in self.weekdays:
            candidate += timedelta(days=1)
        return candidate


@dataclass(frozen=True)
class Monthly:
    """On a day of the month, or on the last day of months that are too short."""

    day: int
    at: time = time(0)

    def __post_init__(self) -> None:
        if not 1 <= self.day <= 31:
            raise ValueError("day must be from 1 to 31")

    def next_after(self, moment: datetime) -> datetime:
        """Return the first occurrence strictly after ``moment``."""
        year, month = moment.year, moment.month
        while True:
            day = min(self.day, monthrange(year, month)[1])
            start = moment.replace(year=year, month=month, day=day)
            candidate = datetime.combine(start.date(), self.at, moment.tzinfo)
            if candidate > moment:
                return candidate
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)


@dataclass(frozen=True)
class Every:
    """At ``start`` and then again after each ``interval``."""

    start: datetime
    interval: timedelta

    def __post_init__(self) -> None:
        if self.interval <= timedelta(0):
            raise ValueError("interval must be positive")

    def next_after(self, moment: datetime) -> datetime:
        """Return the first occurrence strictly after ``moment``."""
        if moment < self.start:
            return self.start
        return self.start + ((moment - self.start) // self.interval + 1) * self.interval


Schedule = Weekly | Monthly | Every


def upcoming(schedule: Schedule, after: datetime, count: int) -> list[datetime]:
    """Return the next ``count`` occurrences strictly after ``after``."""
    occurrences: list[datetime] = []
    for _ in range(count):
        after = schedule.next_after(after)
        occurrences.append(after)
    return occurrences
