"""Divisors and the numbers named after their sum."""

from math import isqrt


def divisors(number: int) -> list[int]:
    """Return all divisors of a positive number, ascending."""
    if number < 1:
        raise ValueError(f"{number} is not positive")
    small = [value for value in range(1, isqrt(number) + 1) if number % value == 0]
    large = [number // value for value in reversed(small) if value * value != number]
    return small + large


def aliquot_sum(number: int) -> int:
    """Return the sum of the divisors below the number itself."""
    return sum(divisors(number)) - number


def classify(number: int) -> str:
    """Return ``perfect``, ``abundant`` or ``deficient``."""
    total = aliquot_sum(number)
    if total == number:
        return "perfect"
    return "abundant" if total > number else "deficient"


def is_perfect(number: int) -> bool:
    """Tell whether the proper divisors add up to the number."""
    return number > 0 and aliquot_sum(number) == number


def is_amicable_pair(left: int, right: int) -> bool:
    """Tell whether two different numbers are each the aliquot sum of the other."""
    return left != right and aliquot_sum(left) == right and aliquot_sum(right) == left
