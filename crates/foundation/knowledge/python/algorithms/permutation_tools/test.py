import itertools

import pytest

from permutation_tools import combinations, next_permutation, permutations, power_set


def test_permutations_in_sorted_order():
    assert ["".join(p) for p in permutations("bca")] == ["abc", "acb", "bac", "bca", "cab", "cba"]


def test_equal_items_give_distinct_arrangements():
    assert list(permutations([1, 1, 2])) == [(1, 1, 2), (1, 2, 1), (2, 1, 1)]


@pytest.mark.parametrize("items, expected", [([], [()]), ([7], [(7,)])])
def test_small_permutations(items, expected):
    assert list(permutations(items)) == expected


def test_next_permutation():
    items = [1, 3, 2]
    assert next_permutation(items) is True
    assert items == [2, 1, 3]


def test_next_permutation_wraps_after_the_last():
    items = [3, 2, 1]
    assert next_permutation(items) is False
    assert items == [1, 2, 3]


def test_combinations():
    assert list(combinations("abc", 2)) == [("a", "b"), ("a", "c"), ("b", "c")]
    assert list(combinations([1, 2], 0)) == [()]
    assert list(combinations([1, 2], 3)) == []


@pytest.mark.parametrize("size", range(6))
def test_combinations_agree_with_itertools(size):
    assert list(combinations(range(5), size)) == list(itertools.combinations(range(5), size))


def test_negative_size_is_refused():
    with pytest.raises(ValueError, match="size must not be negative"):
        combinations([1], -1)


def test_power_set():
    assert list(power_set([1, 2])) == [(), (1,), (2,), (1, 2)]
