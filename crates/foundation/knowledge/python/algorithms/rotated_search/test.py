import pytest

from rotated_search import is_rotated, pivot, search

VALUES = [4, 5, 6, 7, 0, 1, 2]


def test_every_element_is_found():
    assert [search(VALUES, value) for value in VALUES] == [0, 1, 2, 3, 4, 5, 6]


def test_missing_elements():
    assert search(VALUES, 3) == -1
    assert search([], 3) == -1


def test_not_rotated():
    assert search([1, 2, 3], 3) == 2
    assert is_rotated([1, 2, 3]) is False


def test_pivot():
    assert pivot(VALUES) == 4
    assert pivot([2, 1]) == 1
    with pytest.raises(ValueError, match="array is empty"):
        pivot([])


def test_both_halves_are_searched():
    assert [search([6, 7, 1, 2, 3, 4], value) for value in (2, 3, 4, 5)] == [3, 4, 5, -1]
    assert search([5, 1, 3], 0) == -1


def test_rotation_is_recognised():
    assert is_rotated(VALUES) is True
    assert is_rotated([3, 1, 2, 4]) is False
