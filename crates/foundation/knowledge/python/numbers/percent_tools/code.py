"""Percentages."""

from collections.abc import Sequence


def percent_of(percent: float, whole: float) -> float:
    """Return so many percent of a whole."""
    return whole * percent / 100


def share(part: float, whole: float) -> float:
    """Return what percentage of ``whole`` the part is."""
    if whole == 0:
        raise ValueError("the whole is 0")
    return part / whole * 100


def change(old: float, new: float) -> float:
    """Return the change from ``old`` to ``new`` in percent of the old value."""
    if old == 0:
        raise ValueError("a change from 0 has no percentage")
    return (new - old) / abs(old) * 100


def increased(value: float, percent: float) -> float:
    """Return the value after a change by so many percent; negative ones decrease it."""
    return value + percent_of(percent, value)


def shares(parts: Sequence[float]) -> list[int]:
    """Return whole percentages that add up to 100 (largest remainders get the rest)."""
    total = sum(parts)
    if total <= 0 or min(parts) < 0:
        raise ValueError("the parts must be positive")
    exact = [part / total * 100 for part in parts]
    whole = [int(value) for value in exact]
    by_rest = sorted(range(len(parts)), key=lambda index: whole[index] - exact[index])
    for index in by_rest[: 100 - sum(whole)]:
        whole[index] += 1
    return whole
