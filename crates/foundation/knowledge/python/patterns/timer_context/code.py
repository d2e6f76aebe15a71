"""Measure how long code takes."""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Stopwatch:
    """Context manager that measures its block; ``elapsed`` also works inside."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._started: float | None = None
        self._stopped: float | None = None
        self.laps: list[float] = []

    def __enter__(self) -> "Stopwatch":
        self._started = self._clock()
        self._stopped = None
        self.laps = []
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = self._clock()

    @property
    def elapsed(self) -> float:
        """Seconds since the start, or of the whole block once it has ended."""
        if self._started is None:
            raise RuntimeError("the stopwatch was not started")
        end = self._clock() if self._stopped is None else self._stopped
        return end - self._started

    def lap(self) -> float:
        """Return the seconds since the last lap (or the start) and keep them."""
        seconds = self.elapsed - sum(self.laps)
        self.laps.append(seconds)
        return seconds


class TimerLog:
    """Adds up measurements by name."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._times: dict[str, list[float]] = {}

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Measure a block under ``name``, also if it raises."""
        started = self._clock()
        try:
            yield
        finally:
            self._times.setdefault(name, []).append(self._clock() - started)

    def timed(self, func: Callable[P, R]) -> Callable[P, R]:
        """Decorate a function to measure each call under its name."""

        @functools.wraps(func)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            with self.measure(func.__qualname__):
                return func(*args, **kwargs)

        return wrapper

    def total(self, name: str) -> float:
        """Return the seconds measured under ``name``."""
        return sum(self._times.get(name, ()))

    def report(self) -> list[str]:
        """Return one line per name, the greatest total first."""
        ranked = sorted(self._times.items(), key=lambda pair: (-sum(pair[1]), pair[0]))
        return [
            f"{name}: {len(times)} x, total {sum(times):.3f} s, "
            f"mean {sum(times) / len(times):.3f} s"
            for name, times in ranked
        ]
