import pytest

from kth_largest import kth_largest, kth_smallest, largest

ITEMS = [7, 2, 9, 4, 4, 1]


def test_smallest():
    assert [kth_smallest(ITEMS, k) for k in range(1, 7)] == [1, 2, 4, 4, 7, 9]


def test_largest():
    assert kth_largest(ITEMS, 2) == 7
    assert kth_largest([5], 1) == 5


def test_the_list_stays():
    items = [3, 1, 2]
    assert kth_largest(items, 1) == 3
    assert items == [3, 1, 2]


def test_stream():
    assert largest(iter(ITEMS), 3) == [9, 7, 4]
    assert largest(iter(ITEMS), 0) == []


def test_out_of_range():
    with pytest.raises(ValueError, match="there is no item 7 of 6"):
        kth_largest(ITEMS, 7)
