import random

import pytest

from quick_sort_inplace import kth_smallest, quick_sort


def in_order(items):
    quick_sort(items, random.Random(1))
    return items


@pytest.mark.parametrize(
    "items, expected",
    [
        ([], []),
        ([1], [1]),
        ([3, 1, 2], [1, 2, 3]),
        ([2, 1, 2, 1], [1, 1, 2, 2]),
        (["b", "c", "a"], ["a", "b", "c"]),
    ],
)
def test_sorts_in_place(items, expected):
    assert in_order(items) == expected


def test_returns_none_like_list_sort():
    assert quick_sort([2, 1]) is None


def test_random_data():
    rng = random.Random(5)
    numbers = [rng.randrange(100) for _ in range(300)]
    expected = sorted(numbers)
    assert in_order(numbers) == expected


def test_sorted_and_equal_input_do_not_recurse_deeply():
    assert in_order(list(range(2000))) == list(range(2000))
    assert in_order([7] * 3000) == [7] * 3000


@pytest.mark.parametrize("k, expected", [(0, 1), (2, 3), (4, 9)])
def test_kth_smallest(k, expected):
    assert kth_smallest([9, 1, 5, 3, 2], k, random.Random(2)) == expected


def test_kth_smallest_leaves_the_input_alone():
    values = [3, 1, 2]
    assert kth_smallest(values, 1) == 2
    assert values == [3, 1, 2]


@pytest.mark.parametrize("k", [-1, 3])
def test_kth_out_of_range(k):
    with pytest.raises(IndexError, match="k must be in 0..2"):
        kth_smallest([1, 2, 3], k)
