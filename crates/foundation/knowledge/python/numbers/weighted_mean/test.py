import pytest

from weighted_mean import (
    normalised,
    weighted_geometric_mean,
    weighted_harmonic_mean,
    weighted_mean,
)


def test_grades_with_credits():
    assert weighted_mean([1.0, 2.0, 4.0], [6, 3, 1]) == 1.6


def test_equal_weights():
    assert weighted_mean([1, 2, 3], [1, 1, 1]) == 2


def test_harmonic():
    assert weighted_harmonic_mean([60, 30], [1, 1]) == 40


def test_geometric():
    assert round(weighted_geometric_mean([2, 8], [1, 1]), 9) == 4


def test_normalised():
    assert normalised([1, 3]) == [0.25, 0.75]


def test_refused():
    with pytest.raises(ValueError, match="2 values have 1 weights"):
        weighted_mean([1, 2], [1])
    with pytest.raises(ValueError, match="nor all 0"):
        weighted_mean([1], [0])
    with pytest.raises(ValueError, match="must be positive"):
        weighted_harmonic_mean([0], [1])
    with pytest.raises(ValueError, match="must be positive"):
        weighted_geometric_mean([-1], [1])
    assert weighted_mean([0], [1]) == 0
