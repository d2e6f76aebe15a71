"""Statistics of a list of numbers that are safe to call on an empty list."""

from collections import Counter
from collections.abc import Sequence
from math import floor, fsum, sqrt


def mean(values: Sequence[float], default: float | None = None) -> float | None:
    """Return the arithmetic mean, or ``default`` when there are no values."""
    return fsum(values) / len(values) if values else default


def percentile(
    values: Sequence[float], percent: float, default: float | None = None
) -> float | None:
    """Return the value below which ``percent`` of the values lie, interpolating linearly."""
    if not 0 <= percent <= 100:
        raise ValueError("percent must be from 0 to 100")
    if not values:
        return default
    ordered = sorted(values)
    position = (len(ordered) - 1) * percent / 100
    lower = floor(position)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (ordered[upper] - ordered[lower]) * (position - lower)


def median(values: Sequence[float], default: float | None = None) -> float | None:
    """Return the middle value, or the mean of the two middle ones."""
    return percentile(values, 50, default)


def modes(values: Sequence[float]) -> list[float]:
    """Return the most frequent values in order of first appearance."""
    counts = Counter(values)
    highest = max(counts.values(), default=0)
    return [value for value, count in counts.items() if count == highest]


def sample_variance(values: Sequence[float], default: float | None = None) -> float | None:
    """Return the sample variance, or ``default`` when there are fewer than two values."""
    if len(values) < 2:
        return default
    centre = fsum(values) / len(values)
    return fsum((value - centre) ** 2 for value in values) / (len(values) - 1)


def summarize(values: Sequence[float]) -> dict[str, float | None]:
    """Return the usual figures by name; those that cannot be computed are None."""
    variance = sample_variance(values)
    return {
        "count": len(values),
        "mean": mean(values),
        "median": median(values),
        "minimum": min(values, default=None),
        "maximum": max(values, default=None),
        "deviation": None if variance is None else sqrt(variance),
    }
