import pytest

from binary_search_sorted import count, find, first_true, lower_bound, upper_bound

ITEMS = [1, 3, 3, 3, 7, 9]


@pytest.mark.parametrize(
    "target, expected",
    [(1, 0), (3, 1), (7, 4), (9, 5), (0, None), (4, None), (10, None)],
)
def test_find(target, expected):
    assert find(ITEMS, target) == expected


def test_find_in_small_inputs():
    assert find([], 1) is None
    assert find([5], 5) == 0
    assert find("abcx", "x") == 3


@pytest.mark.parametrize(
    "target, low, high", [(0, 0, 0), (3, 1, 4), (5, 4, 4), (9, 5, 6), (99, 6, 6)]
)
def test_bounds(target, low, high):
    assert lower_bound(ITEMS, target) == low
    assert upper_bound(ITEMS, target) == high


def test_count():
    assert count(ITEMS, 3) == 3
    assert count(ITEMS, 4) == 0


def test_first_true_finds_integer_square_root():
    assert first_true(0, 1000, lambda n: n * n >= 200) == 15
    assert first_true(0, 5, lambda n: False) == 5


def test_search_is_logarithmic():
    looked_at = []
    first_true(0, 1_000_000, lambda n: looked_at.append(n) or n >= 765_432)
    assert len(looked_at) <= 20


def test_reversed_range_is_refused():
    with pytest.raises(ValueError, match="empty range"):
        first_true(5, 1, bool)
