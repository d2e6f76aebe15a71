import pytest

from maximum_subarray import maximum_product, maximum_subarray, maximum_sum


def test_sum_and_place():
    assert maximum_subarray([-2, 1, -3, 4, -1, 2, 1, -5, 4]) == (6, 3, 7)


def test_all_negative():
    assert maximum_subarray([-3, -1, -2]) == (-1, 1, 2)


def test_whole_list():
    assert maximum_sum([1, 2, 3]) == 6


def test_product():
    assert maximum_product([2, 3, -2, 4]) == 6
    assert maximum_product([-2, 3, -4]) == 24


def test_empty():
    with pytest.raises(ValueError, match="list is empty"):
        maximum_sum([])
    with pytest.raises(ValueError, match="list is empty"):
        maximum_product([])
