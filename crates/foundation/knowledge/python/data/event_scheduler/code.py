"""Run functions at later times."""

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count


@dataclass(order=True)
class Job:
    """A planned call; jobs compare by time, then by order of planning."""

    when: float
    number: int
    action: Callable[[], object] = field(compare=False)
    every: float | None = field(default=None, compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        """Do not run the job (again)."""
        self.cancelled = True


def _raise(_job: Job, error: Exception) -> None:
    raise error


class Scheduler:
    """Keeps jobs and runs them when they are due.

    ``on_error`` receives the job and the exception of a failed job; by default
    the exception is raised by ``run_due``, and the other jobs stay planned.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        on_error: Callable[[Job, Exception], object] = _raise,
    ) -> None:
        self._clock = clock
        self._on_error = on_error
        self._heap: list[Job] = []
        self._numbers = count()

    def after(self, seconds: float, action: Callable[[], object]) -> Job:
        """Plan one call ``seconds`` from now."""
        if seconds < 0:
            raise ValueError(f"seconds must not be negative, got {seconds}")
        return self._plan(Job(self._clock() + seconds, next(self._numbers), action))

    def every(self, seconds: float, action: Callable[[], object]) -> Job:
        """Plan a call every ``seconds``, for the first time after that pause."""
        if seconds <= 0:
            raise ValueError(f"seconds must be positive, got {seconds}")
        return self._plan(Job(self._clock() + seconds, next(self._numbers), action, every=seconds))

    def run_due(self) -> int:
        """Run the jobs that are due, in order, and return how many were run."""
        now = self._clock()
        ran = 0
        while (job := self._next()) is not None and job.when <= now:
            heapq.heappop(self._heap)
            if job.every is not None:
                # Missed turns are skipped; the rhythm is kept.
                missed = (now - job.when) // job.every
                job.when += (missed + 1) * job.every
                self._plan(job)
            ran += 1
            try:
                job.action()
            except Exception as error:  # the handler decides what an error means
                self._on_error(job, error)
        return ran

    def seconds_to_next(self) -> float | None:
        """Return how long the caller may sleep, or None if nothing is planned."""
        job = self._next()
        return None if job is None else max(0.0, job.when - self._clock())

    def _next(self) -> Job | None:
        while self._heap and self._heap[0].cancelled:
            heapq.heappop(self._heap)
        return self._heap[0] if self._heap else None

    def _plan(self, job: Job) -> Job:
        heapq.heappush(self._heap, job)
        return job
