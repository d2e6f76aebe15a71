import pytest

from simple_sorts import bubble_sort, counting_sort, insertion_sort, selection_sort


def test_all_sort():
    assert bubble_sort([5, 2, 9, 1, 5, 0]) == [0, 1, 2, 5, 5, 9]
    assert insertion_sort([5, 2, 9, 1, 5, 0]) == [0, 1, 2, 5, 5, 9]
    assert selection_sort([5, 2, 9, 1, 5, 0]) == [0, 1, 2, 5, 5, 9]
    assert counting_sort([5, 2, 9, 1, 5, 0]) == [0, 1, 2, 5, 5, 9]


def test_nothing_to_sort():
    assert bubble_sort([]) == []
    assert insertion_sort([]) == []
    assert selection_sort([]) == []
    assert counting_sort([]) == []


def test_the_argument_stays():
    items = [2, 1]
    assert bubble_sort(items) == [1, 2]
    assert items == [2, 1]


def test_insertion_sort_is_stable():
    class Card:
        def __init__(self, rank, suit):
            self.rank, self.suit = rank, suit

        def __gt__(self, other):
            return self.rank > other.rank

    cards = [Card(2, "a"), Card(1, "b"), Card(2, "c"), Card(1, "d")]
    assert [card.suit for card in insertion_sort(cards)] == ["b", "d", "a", "c"]


def test_negative_numbers():
    with pytest.raises(ValueError, match="cannot be counted"):
        counting_sort([1, -1])
    assert insertion_sort([1, -1]) == [-1, 1]
