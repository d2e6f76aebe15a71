"""Free times between meetings."""

from collections.abc import Iterable
from datetime import datetime, timedelta

Slot = tuple[datetime, datetime]


def merged(busy: Iterable[Slot]) -> list[Slot]:
    """Return busy times without overlaps, in order."""
    result: list[Slot] = []
    for start, end in sorted(busy):
        if end <= start:
            raise ValueError(f"{start} to {end} has no length")
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result


def free_slots(busy: Iterable[Slot], day: Slot, shortest: timedelta = timedelta(0)) -> list[Slot]:
    """Return the gaps within ``day`` that are at least ``shortest`` long."""
    free: list[Slot] = []
    at, until = day
    for start, end in merged(busy):
        if start > at:
            free.append((at, min(start, until)))
        at = max(at, end)
    if at < until:
        free.append((at, until))
    return [(start, end) for start, end in free if start < end and end - start >= shortest]


def common_slots(
    calendars: Iterable[Iterable[Slot]], day: Slot, shortest: timedelta = timedelta(0)
) -> list[Slot]:
    """Return the times at which everybody is free."""
    return free_slots([slot for calendar in calendars for slot in calendar], day, shortest)


def conflicts(busy: Iterable[Slot]) -> list[tuple[Slot, Slot]]:
    """Return the pairs of meetings that overlap."""
    known = sorted(busy)
    pairs = []
    for index, first in enumerate(known):
        for second in known[index + 1 :]:
            if second[0] >= first[1]:
                break
            pairs.append((first, second))
    return pairs
