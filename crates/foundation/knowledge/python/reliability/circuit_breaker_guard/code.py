"""Stop calling a service that keeps failing."""

import threading
import time
from collections.abc import Callable
from enum import Enum
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class State(Enum):
    """The three positions of a circuit breaker."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


class CircuitOpenError(Exception):
    """Raised instead of making a call while the circuit is open."""


class CircuitBreaker:
    """Guards calls; opens after ``threshold`` failures in a row."""

    def __init__(
        self,
        threshold: int = 5,
        recovery_time: float = 30.0,
        *,
        counts: type[Exception] | tuple[type[Exception], ...] = Exception,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if threshold < 1 or recovery_time < 0:
            raise ValueError("need threshold >= 1 and recovery_time >= 0")
        self._threshold = threshold
        self._recovery_time = recovery_time
        self._counts = counts
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._retry_at: float | None = None

    @property
    def state(self) -> State:
        """The current position."""
        if self._retry_at is None:
            return State.CLOSED
        return State.OPEN if self._clock() < self._retry_at else State.HALF_OPEN

    def call(self, func: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Return ``func(*args, **kwargs)``; CircuitOpenError if refused."""
        with self._lock:
            if self.state is State.OPEN:
                raise CircuitOpenError("the service failed repeatedly; try again later")
            if self.state is State.HALF_OPEN:
                # Others are refused until this trial call has been decided.
                self._retry_at = self._clock() + self._recovery_time
        try:
            result = func(*args, **kwargs)
        except self._counts:
            self._record_failure()
            raise
        self.reset()
        return result

    def _record_failure(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self._threshold:
                self._retry_at = self._clock() + self._recovery_time

    def reset(self) -> None:
        """Close the circuit and forget earlier failures."""
        with self._lock:
            self._failures = 0
            self._retry_at = None
