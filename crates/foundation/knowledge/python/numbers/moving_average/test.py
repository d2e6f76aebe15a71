from itertools import count, islice

import pytest

from moving_average import exponential_mean, moving_mean, weighted_moving_mean


def test_simple_average():
    assert list(moving_mean([1, 2, 3, 4, 5], 3)) == [2, 3, 4]
    assert list(moving_mean([4, 8], 1)) == [4, 8]
    assert list(moving_mean([1, 2], 2)) == [1.5]


def test_too_few_values_give_nothing():
    assert list(moving_mean([1, 2], 3)) == []
    assert list(moving_mean([], 1)) == []


def test_endless_streams_are_fine():
    assert list(islice(moving_mean(count(), 2), 3)) == [0.5, 1.5, 2.5]


def test_no_drift_after_huge_values():
    assert list(moving_mean([1e16, 1.0, 1.0, 1.0], 2))[-1] == 1.0


def test_weighted_average():
    assert list(weighted_moving_mean([1, 2, 4], [1, 3])) == [1.75, 3.5]
    assert list(weighted_moving_mean([1, 2, 3], [0, 1])) == [2, 3]
    with pytest.raises(ValueError, match="positive sum"):
        list(weighted_moving_mean([1], []))


def test_exponential_average():
    assert list(exponential_mean([10, 20, 20], 0.5)) == [10, 15, 17.5]
    assert list(exponential_mean([1, 2, 3], 1)) == [1, 2, 3]
    assert list(exponential_mean([0, 8], 0.25)) == [0, 2]
    assert list(exponential_mean([], 0.5)) == []


def test_bad_settings():
    with pytest.raises(ValueError, match="at least one value"):
        list(moving_mean([1], 0))
    with pytest.raises(ValueError, match="alpha"):
        list(exponential_mean([1], 0))
    with pytest.raises(ValueError, match="alpha"):
        list(exponential_mean([1], 1.1))
