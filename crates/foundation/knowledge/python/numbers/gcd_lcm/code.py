"""Greatest common divisors and what follows from them."""


def gcd(*numbers: int) -> int:
    """Return the greatest common divisor, never negative; without numbers it is 0."""
    result = 0
    for number in numbers:
        while number:
            result, number = number, result % number
    return abs(result)


def lcm(*numbers: int) -> int:
    """Return the least common multiple, never negative; without numbers it is 1."""
    result = 1
    for number in numbers:
        if number == 0:
            return 0
        result = abs(result // gcd(result, number) * number)
    return result


def extended_gcd(first: int, second: int) -> tuple[int, int, int]:
    """Return ``(g, x, y)`` with ``first * x + second * y == g``, the greatest common divisor."""
    remainder, next_remainder = first, second
    x, next_x = 1, 0
    y, next_y = 0, 1
    while next_remainder:
        quotient = remainder // next_remainder
        remainder, next_remainder = next_remainder, remainder - quotient * next_remainder
        x, next_x = next_x, x - quotient * next_x
        y, next_y = next_y, y - quotient * next_y
    return (remainder, x, y) if remainder >= 0 else (-remainder, -x, -y)


def modular_inverse(number: int, modulus: int) -> int:
    """Return the ``x`` from 0 to ``modulus - 1`` with ``number * x`` equal to 1 modulo it.

    Raise ValueError when there is none, because the two have a common divisor.
    """
    if modulus < 1:
        raise ValueError("modulus must be positive")
    divisor, inverse, _ = extended_gcd(number % modulus, modulus)
    if divisor != 1:
        raise ValueError(f"{number} has no inverse modulo {modulus}: {divisor} divides both")
    return inverse % modulus


def reduce_fraction(numerator: int, denominator: int) -> tuple[int, int]:
    """Return the fraction in lowest terms with a positive denominator."""
    if denominator == 0:
        raise ValueError("denominator must not be zero")
    divisor = gcd(numerator, denominator)
    if denominator < 0:
        divisor = -divisor
    return numerator // divisor, denominator // divisor
