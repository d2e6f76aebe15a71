"""Sliding windows and moving averages over any iterable."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def _check_size(size: int) -> None:
    """Raise ValueError unless ``size`` is a usable window length."""
    if size < 1:
        raise ValueError(f"window size must be at least 1, got {size}")


def sliding_windows(items: Iterable[T], size: int, step: int = 1) -> Iterator[tuple[T, ...]]:
    """Yield tuples of ``size`` neighbours, advancing by ``step`` items."""
    _check_size(size)
    if step < 1:
        raise ValueError(f"step must be at least 1, got {step}")

    def windows() -> Iterator[tuple[T, ...]]:
        window: deque[T] = deque(maxlen=size)
        for position, item in enumerate(items, start=1):
            window.append(item)
            if position >= size and (position - size) % step == 0:
                yield tuple(window)

    return windows()


def moving_average(numbers: Iterable[float], size: int) -> Iterator[float]:
    """Yield the mean of each run of ``size`` numbers."""
    _check_size(size)

    def means() -> Iterator[float]:
        window: deque[float] = deque()
        total = 0.0
        for number in numbers:
            window.append(number)
            total += number
            if len(window) > size:
                total -= window.popleft()
            if len(window) == size:
                yield total / size

    return means()
