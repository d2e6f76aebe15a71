"""Retry failing calls with exponential back-off and jitter."""

import functools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Backoff:
    """How often to try and how long to pause between attempts.

    The pause before attempt n + 1 is ``base * factor ** (n - 1)`` seconds, at
    most ``cap``; ``jitter`` is the fraction of it that is left to chance
    (0 = none, 1 = anything from zero to the full pause).
    """

    attempts: int = 3
    base: float = 0.1
    factor: float = 2.0
    cap: float = 30.0
    jitter: float = 1.0

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"attempts must be at least 1, got {self.attempts}")
        if self.base < 0 or self.factor < 1 or self.cap < 0 or not 0 <= self.jitter <= 1:
            raise ValueError("need base >= 0, factor >= 1, cap >= 0 and jitter in 0..1")

    def delays(self, rng: random.Random | None = None) -> Iterator[float]:
        """Yield the pause after each attempt but the last."""
        chance = (rng or random.Random()).random
        delay = min(self.base, self.cap)
        for _ in range(self.attempts - 1):
            yield delay * (1 - self.jitter * chance())
            delay = min(delay * self.factor, self.cap)


def retry(
    backoff: Backoff = Backoff(),
    *,
    on: type[Exception] | tuple[type[Exception], ...] = Exception,
    sleep: Callable[[float], object] = time.sleep,
    rng: random.Random | None = None,
    notify: Callable[[int, Exception, float], object] | None = None,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorate a function to be called again when it raises one of ``on``.

    ``notify`` receives the number of the failed attempt, its error and the
    pause that follows.  After the last attempt the error is raised as it is.
    """

    def decorate(func: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(func)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            for attempt, delay in enumerate(backoff.delays(rng), start=1):
                try:
                    return func(*args, **kwargs)
                except on as error:
                    if notify:
                        notify(attempt, error, delay)
                    sleep(delay)
            return func(*args, **kwargs)

        return wrapper

    return decorate
