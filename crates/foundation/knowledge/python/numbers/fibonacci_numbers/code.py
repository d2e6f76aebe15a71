"""Fibonacci numbers: 0, 1, 1, 2, 3, 5, 8, ..."""

from collections.abc import Iterator
from itertools import takewhile
from math import isqrt


def fibonacci(index: int) -> int:
    """Return the Fibonacci number at ``index``, counted from 0, by fast doubling.

    For each binary digit of the index, the pair F(n), F(n+1) becomes F(2n), F(2n+1), and
    moves one place further when the digit is 1.
    """
    if index < 0:
        raise ValueError("index must not be negative")
    current, following = 0, 1
    for digit in f"{index:b}":
        doubled = current * (2 * following - current)
        after = current * current + following * following
        current, following = (after, doubled + after) if digit == "1" else (doubled, after)
    return current


def fibonacci_sequence() -> Iterator[int]:
    """Yield the Fibonacci numbers without end, beginning with 0."""
    current, following = 0, 1
    while True:
        yield current
        current, following = following, current + following


def fibonacci_up_to(limit: int) -> list[int]:
    """Return the Fibonacci numbers that are not larger than ``limit``."""
    return list(takewhile(lambda number: number <= limit, fibonacci_sequence()))


def is_fibonacci(number: int) -> bool:
    """Return whether ``number`` is in the sequence: 5n^2 + 4 or 5n^2 - 4 is then a square."""
    if number < 0:
        return False
    squares = (5 * number * number + 4, abs(5 * number * number - 4))
    return any(isqrt(square) ** 2 == square for square in squares)
