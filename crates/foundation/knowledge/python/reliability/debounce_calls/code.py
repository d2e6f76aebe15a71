"""Limit how often a function really runs."""

import functools
import threading
import time
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Debounced:
    """Delays ``func`` until no call has come for ``seconds``; the last call wins."""

    def __init__(
        self, func: Callable[..., object], seconds: float,
        timer_factory: Callable[..., Any] = threading.Timer,
    ) -> None:
        if seconds <= 0:
            raise ValueError(f"seconds must be positive, got {seconds}")
        functools.update_wrapper(self, func)
        self._func = func
        self._seconds = seconds
        self._timer_factory = timer_factory
        self._lock = threading.Lock()
        self._timer: Any = None
        self._pending: tuple[tuple[Any, ...], dict[str, Any]] | None = None
        self._ticket = 0

    def __call__(self, *args: Any, **kwargs: Any) -> None:
        with self._lock:
            self._stop_timer()
            self._pending = (args, kwargs)
            self._ticket += 1
            expire = functools.partial(self._run, self._ticket)
            self._timer = self._timer_factory(self._seconds, expire)
            self._timer.daemon = True
            self._timer.start()

    def flush(self) -> None:
        """Run the waiting call now, if there is one."""
        self._run(self._ticket)

    def _run(self, ticket: int) -> None:
        """Run the waiting call unless a newer one has replaced call ``ticket``."""
        with self._lock:
            if ticket != self._ticket:
                return
            self._stop_timer()
            pending, self._pending = self._pending, None
        if pending is not None:
            self._func(*pending[0], **pending[1])

    def cancel(self) -> None:
        """Drop the waiting call, if there is one."""
        with self._lock:
            self._stop_timer()
            self._pending = None

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def throttle(
    seconds: float, clock: Callable[[], float] = time.monotonic
) -> Callable[[Callable[P, R]], Callable[P, R | None]]:
    """Decorate a function to run at most once per ``seconds``; else return None."""
    if seconds <= 0:
        raise ValueError(f"seconds must be positive, got {seconds}")

    def decorate(func: Callable[P, R]) -> Callable[P, R | None]:
        lock = threading.Lock()
        next_run = float("-inf")

        @functools.wraps(func)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R | None:
            nonlocal next_run
            with lock:
                now = clock()
                if now < next_run:
                    return None
                next_run = now + seconds
            return func(*args, **kwargs)

        return wrapper

    return decorate
