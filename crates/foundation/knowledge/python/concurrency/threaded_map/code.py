"""Run a function over many items in threads without losing errors."""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Outcome(Generic[T, R]):
    """What became of one item: a value, or the exception it caused."""

    item: T
    value: R | None = None
    error: Exception | None = None

    @property
    def ok(self) -> bool:
        """True if the call did not raise."""
        return self.error is None

    def unwrap(self) -> R | None:
        """Return the value or raise the error."""
        if self.error is not None:
            raise self.error
        return self.value


def thread_map(
    func: Callable[[T], R], items: Iterable[T], workers: int = 8
) -> list[Outcome[T, R]]:
    """Call ``func`` on every item in up to ``workers`` threads.

    The outcomes have the order of ``items``, whatever order the calls end in.
    """
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    with ThreadPoolExecutor(max_workers=workers) as pool:
        submitted = [(item, pool.submit(func, item)) for item in items]
        return [_outcome(item, future) for item, future in submitted]


def _outcome(item: T, future: "Future[R]") -> Outcome[T, R]:
    """Wait for ``future`` and describe how it ended."""
    error = future.exception()
    if error is None:
        return Outcome(item, value=future.result())
    if isinstance(error, Exception):
        return Outcome(item, error=error)
    raise error  # SystemExit and the like are not outcomes of an item


def successes(outcomes: Iterable[Outcome[Any, R]]) -> list[R | None]:
    """Return the values of the calls that worked."""
    return [outcome.value for outcome in outcomes if outcome.ok]


def failures(outcomes: Iterable[Outcome[T, Any]]) -> list[tuple[T, Exception]]:
    """Return ``(item, error)`` of the calls that failed."""
    return [(outcome.item, outcome.error) for outcome in outcomes if outcome.error is not None]
