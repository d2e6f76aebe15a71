"""Values that lie far from the others."""

from collections.abc import Sequence
from statistics import median, quantiles

CONSISTENCY = 0.6745


def fences(values: Sequence[float], factor: float = 1.5) -> tuple[float, float]:
    """Return Tukey's fences; what lies outside is an outlier."""
    if len(values) < 2:
        raise ValueError("two values are needed at least")
    lower, _, upper = quantiles(values, n=4, method="inclusive")
    reach = factor * (upper - lower)
    return (lower - reach, upper + reach)


def outliers(values: Sequence[float], factor: float = 1.5) -> list[float]:
    """Return the values outside the fences, in their order."""
    low, high = fences(values, factor)
    return [value for value in values if not low <= value <= high]


def outliers_by_median(values: Sequence[float], limit: float = 3.5) -> list[float]:
    """Return the values whose modified z-score exceeds ``limit``."""
    middle = median(values)
    spread = median([abs(value - middle) for value in values])
    if spread == 0:
        return [value for value in values if value != middle]
    return [value for value in values if CONSISTENCY * abs(value - middle) / spread > limit]


def scaled(values: Sequence[float]) -> list[float]:
    """Return the values moved and scaled to 0..1; equal ones become 0."""
    low, high = min(values), max(values)
    return [(value - low) / (high - low) if high > low else 0.0 for value in values]
