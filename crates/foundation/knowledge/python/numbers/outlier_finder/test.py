import pytest

from outlier_finder import fences, outliers, outliers_by_median, scaled

VALUES = [10, 12, 11, 13, 12, 95, 11, 12]


def test_fences():
    assert fences([1, 2, 3, 4, 5]) == (-1.0, 7.0)


def test_outliers():
    assert outliers(VALUES) == [95]
    assert outliers([1, 2, 3]) == []


def test_by_median():
    assert outliers_by_median(VALUES) == [95]
    assert outliers_by_median([5, 5, 5, 6]) == [6]


def test_scaled():
    assert scaled([2, 4, 3]) == [0.0, 1.0, 0.5]
    assert scaled([7, 7]) == [0.0, 0.0]


def test_too_few():
    with pytest.raises(ValueError, match="two values are needed"):
        fences([1])
