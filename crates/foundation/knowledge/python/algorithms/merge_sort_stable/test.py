import random

import pytest

from merge_sort_stable import merge, merge_sort


@pytest.mark.parametrize(
    "items, expected",
    [
        ([], []),
        ([1], [1]),
        ([3, 1, 2], [1, 2, 3]),
        ([5, 4, 3, 2, 1], [1, 2, 3, 4, 5]),
        ([2, 2, 1], [1, 2, 2]),
        ("hello", ["e", "h", "l", "l", "o"]),
    ],
)
def test_sorts(items, expected):
    assert merge_sort(items) == expected


def test_input_is_not_changed():
    items = [2, 1]
    merge_sort(items)
    assert items == [2, 1]


def test_key_and_stability():
    words = ["bb", "a", "cc", "d"]
    assert merge_sort(words, key=len) == ["a", "d", "bb", "cc"]


def test_reverse_is_stable_too():
    words = ["bb", "a", "cc", "d"]
    assert merge_sort(words, key=len, reverse=True) == ["bb", "cc", "a", "d"]


def test_agrees_with_builtin_on_random_data():
    numbers = [random.Random(7).randrange(50) for _ in range(200)]
    rng = random.Random(3)
    rng.shuffle(numbers)
    assert merge_sort(numbers) == sorted(numbers)


def test_merge_two_sorted_lists():
    assert merge([1, 4], [2, 3, 5]) == [1, 2, 3, 4, 5]
    assert merge([], [1]) == [1]


def test_incomparable_items_raise():
    with pytest.raises(TypeError):
        merge_sort([1, "a"])
