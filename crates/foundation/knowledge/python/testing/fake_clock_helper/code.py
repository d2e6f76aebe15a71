"""Clocks that can be passed to code that depends on time."""

import heapq
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Protocol


class Clock(Protocol):
    """What code may ask of a clock."""

    def now(self) -> datetime:
        """Return the current time with time zone UTC."""

    def monotonic(self) -> float:
        """Return seconds that only ever increase."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class RealClock:
    """The clock of the system."""

    def now(self) -> datetime:
        """Return the current time with time zone UTC."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Return seconds that only ever increase."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait for real."""
        time.sleep(seconds)


class FakeClock:
    """A clock that stands still until it is told to move."""

    def __init__(self, start: datetime = datetime(2024, 1, 1, tzinfo=timezone.utc)) -> None:
        if start.tzinfo is None:
            raise ValueError("start needs a time zone")
        self._start = start
        self._elapsed = 0.0
        self._scheduled: list[tuple[float, int, Callable[[], object]]] = []
        self._numbers = 0
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        """Return the pretended time."""
        return self._start + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        """Return the seconds since the clock was made."""
        return self._elapsed

    def sleep(self, seconds: float) -> None:
        """Move forward at once and note the length in ``sleeps``."""
        self.advance(seconds)
        self.sleeps.append(seconds)

    def call_later(self, seconds: float, action: Callable[[], object]) -> None:
        """Run ``action`` when the clock is moved past ``seconds`` from now."""
        self._numbers += 1
        entry = (self._elapsed + max(0.0, seconds), self._numbers, action)
        heapq.heappush(self._scheduled, entry)

    def advance(self, seconds: float) -> None:
        """Move the clock forward, running the actions that fall due in order."""
        if seconds < 0:
            raise ValueError(f"time cannot go back by {-seconds} s")
        target = self._elapsed + seconds
        while self._scheduled and self._scheduled[0][0] <= target:
            due, _, action = heapq.heappop(self._scheduled)
            self._elapsed = max(self._elapsed, due)
            action()
        self._elapsed = max(self._elapsed, target)
