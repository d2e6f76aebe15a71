import pytest

from grid_transforms import mirror, rotate_left, rotate_right, spiral, transpose

GRID = [[1, 2, 3], [4, 5, 6]]


def test_transpose():
    assert transpose(GRID) == [[1, 4], [2, 5], [3, 6]]
    assert transpose([]) == []


def test_rotation():
    assert rotate_right(GRID) == [[4, 1], [5, 2], [6, 3]]
    assert rotate_left(GRID) == [[3, 6], [2, 5], [1, 4]]


def test_mirror():
    assert mirror(GRID) == [[3, 2, 1], [6, 5, 4]]


def test_spiral():
    assert spiral([[1, 2, 3], [4, 5, 6], [7, 8, 9]]) == [1, 2, 3, 6, 9, 8, 7, 4, 5]
    assert spiral(GRID) == [1, 2, 3, 6, 5, 4]


def test_uneven_rows():
    with pytest.raises(ValueError, match="different lengths"):
        transpose([[1, 2], [3]])
