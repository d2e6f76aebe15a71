"""Time limits for function calls and for sequences of steps."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

R = TypeVar("R")


def call_with_timeout(func: Callable[..., R], seconds: float, *args: Any, **kwargs: Any) -> R:
    """Return ``func(*args, **kwargs)``, or raise TimeoutError after ``seconds``.

    An exception of ``func`` is raised here too.  On a timeout the call keeps
    running in a daemon thread and its outcome is ignored.
    """
    if seconds <= 0:
        raise ValueError(f"seconds must be positive, got {seconds}")
    results: list[R] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(func(*args, **kwargs))
        except BaseException as error:  # handed over to the caller's thread
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        name = getattr(func, "__name__", repr(func))
        raise TimeoutError(f"{name} took longer than {seconds} s")
    return results[0]


class Deadline:
    """A point in time by which a series of steps must be done."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        if seconds < 0:
            raise ValueError(f"seconds must not be negative, got {seconds}")
        self._clock = clock
        self._end = clock() + seconds

    def remaining(self) -> float:
        """Return the seconds left, never less than zero."""
        return max(0.0, self._end - self._clock())

    def expired(self) -> bool:
        """Tell whether no time is left."""
        return self.remaining() == 0.0

    def check(self, step: str = "operation") -> None:
        """Raise TimeoutError naming ``step`` if no time is left."""
        if self.expired():
            raise TimeoutError(f"deadline passed before {step}")
