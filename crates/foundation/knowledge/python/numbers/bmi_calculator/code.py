"""The body mass index."""

LIMITS = [(18.5, "underweight"), (25.0, "normal"), (30.0, "overweight")]
POUNDS_PER_SQUARE_INCH = 703


def bmi(kilograms: float, metres: float) -> float:
    """Return the index, rounded to one decimal."""
    _check(kilograms, metres)
    return round(kilograms / metres**2, 1)


def bmi_imperial(pounds: float, inches: float) -> float:
    """Return the index of pounds and inches."""
    _check(pounds, inches)
    return round(POUNDS_PER_SQUARE_INCH * pounds / inches**2, 1)


def category(index: float) -> str:
    """Return ``underweight``, ``normal``, ``overweight`` or ``obese``."""
    for limit, name in LIMITS:
        if index < limit:
            return name
    return "obese"


def healthy_weights(metres: float) -> tuple[float, float]:
    """Return the weights in kilograms between which the index is normal."""
    _check(1, metres)
    return (round(18.5 * metres**2, 1), round(24.9 * metres**2, 1))


def _check(weight: float, height: float) -> None:
    if weight <= 0 or height <= 0:
        raise ValueError("weight and height must be positive")
