import pytest

from summary_statistics import mean, median, modes, percentile, sample_variance, summarize


def test_mean():
    assert mean([1, 2, 3, 4]) == 2.5
    assert mean([0.1] * 10) == 0.1
    assert mean([-5]) == -5


def test_median():
    assert median([3, 1, 2]) == 2
    assert median([4, 1, 3, 2]) == 2.5
    assert median([7]) == 7


def test_modes():
    assert modes([1, 2, 2, 3]) == [2]
    assert modes([3, 1, 3, 1, 2]) == [3, 1]
    assert modes([1, 2]) == [1, 2]


def test_variance():
    assert sample_variance([2, 4, 4, 4, 5, 5, 7, 9]) == 32 / 7
    assert sample_variance([3, 3]) == 0
    assert sample_variance([3]) is None
    assert sample_variance([], default=0.0) == 0.0


def test_percentiles():
    values = [40, 10, 30, 20]
    assert percentile(values, 0) == 10
    assert percentile(values, 100) == 40
    assert percentile(values, 25) == 17.5
    assert percentile([5], 90) == 5
    assert values == [40, 10, 30, 20]
    with pytest.raises(ValueError, match="from 0 to 100"):
        percentile(values, 101)
    with pytest.raises(ValueError, match="from 0 to 100"):
        percentile([], -1)


def test_empty_lists_are_safe():
    assert mean([]) is None
    assert mean([], default=0.0) == 0.0
    assert median([]) is None
    assert median([], default=-1.0) == -1.0
    assert percentile([], 50, default=2.0) == 2.0
    assert modes([]) == []


def test_summary():
    assert summarize([1, 2, 3, 4, 5, 6, 7]) == {
        "count": 7, "mean": 4, "median": 4, "minimum": 1, "maximum": 7,
        "deviation": (28 / 6) ** 0.5,
    }
    assert summarize([]) == {
        "count": 0, "mean": None, "median": None, "minimum": None, "maximum": None,
        "deviation": None,
    }
