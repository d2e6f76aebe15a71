"""Moving averages over any iterable of numbers."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from math import fsum


def _windows(values: Iterable[float], size: int) -> Iterator[deque[float]]:
    """Yield the same deque again and again, holding each run of ``size`` values in turn."""
    if size < 1:
        raise ValueError("the window needs at least one value")
    window: deque[float] = deque(maxlen=size)
    for value in values:
        window.append(value)
        if len(window) == size:
            yield window


def moving_mean(values: Iterable[float], size: int) -> Iterator[float]:
    """Yield the mean of each ``size`` consecutive values, from the first full window on."""
    for window in _windows(values, size):
        yield fsum(window) / size


def weighted_moving_mean(values: Iterable[float], weights: Sequence[float]) -> Iterator[float]:
    """Yield weighted means; the last weight belongs to the newest value.

    Raise ValueError when the weights do not add up to something positive.
    """
    total = fsum(weights)
    if total <= 0:
        raise ValueError("the weights must have a positive sum")
    for window in _windows(values, len(weights)):
        yield fsum(value * weight for value, weight in zip(window, weights)) / total


def exponential_mean(values: Iterable[float], alpha: float) -> Iterator[float]:
    """Yield the exponential average after each value, beginning with the first value itself."""
    if not 0 < alpha <= 1:
        raise ValueError("alpha must be above 0 and at most 1")
    average: float | None = None
    for value in values:
        average = value if average is None else average + alpha * (value - average)
        yield average
