"""Quadratic equations."""

import cmath
from math import copysign, sqrt


def discriminant(a: float, b: float, c: float) -> float:
    """Return ``b² - 4ac``."""
    return b * b - 4 * a * c


def solve(a: float, b: float, c: float) -> list[float]:
    """Return the real roots of ``ax² + bx + c = 0``, ascending, a double one once."""
    if a == 0:
        if b == 0:
            raise ValueError("there is no unknown in the equation")
        return [-c / b]
    inner = discriminant(a, b, c)
    if inner < 0:
        return []
    if inner == 0:
        return [-b / (2 * a)]
    stable = -(b + copysign(sqrt(inner), b)) / 2
    return sorted([stable / a, c / stable])


def solve_complex(a: float, b: float, c: float) -> tuple[complex, complex]:
    """Return both roots as complex numbers; ``a`` must not be 0."""
    if a == 0:
        raise ValueError("it is not quadratic")
    root = cmath.sqrt(discriminant(a, b, c))
    return ((-b - root) / (2 * a), (-b + root) / (2 * a))
