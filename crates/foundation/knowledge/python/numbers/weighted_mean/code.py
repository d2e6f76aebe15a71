"""Averages with weights."""

from collections.abc import Sequence
from math import exp, fsum, log


def weighted_mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the mean in which each value counts as its weight says."""
    _check(values, weights)
    return fsum(value * weight for value, weight in zip(values, weights)) / fsum(weights)


def weighted_harmonic_mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the mean of rates, such as speeds over distances."""
    _check(values, weights)
    if min(values) <= 0:
        raise ValueError("rates must be positive")
    return fsum(weights) / fsum(weight / value for value, weight in zip(values, weights))


def weighted_geometric_mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the mean of growth factors."""
    _check(values, weights)
    if min(values) <= 0:
        raise ValueError("factors must be positive")
    logs = fsum(weight * log(value) for value, weight in zip(values, weights))
    return exp(logs / fsum(weights))


def normalised(weights: Sequence[float]) -> list[float]:
    """Return the weights scaled so that they add up to 1."""
    _check(weights, weights)
    total = fsum(weights)
    return [weight / total for weight in weights]


def _check(values: Sequence[float], weights: Sequence[float]) -> None:
    if len(values) != len(weights):
        raise ValueError(f"{len(values)} values have {len(weights)} weights")
    if not weights or min(weights) < 0 or fsum(weights) == 0:
        raise ValueError("weights must not be negative, nor all 0")
