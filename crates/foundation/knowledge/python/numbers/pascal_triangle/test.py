import pytest

from pascal_triangle import drawn, row, triangle


def test_rows():
    assert triangle(4) == [[1], [1, 1], [1, 2, 1], [1, 3, 3, 1]]
    assert triangle(0) == []


def test_single_row():
    assert row(5) == [1, 5, 10, 10, 5, 1]
    assert row(0) == [1]


def test_drawing():
    assert drawn(3) == "  1\n 1 1\n1 2 1"
    assert drawn(0) == ""


def test_negative():
    with pytest.raises(ValueError, match="-1 rows are impossible"):
        triangle(-1)
    with pytest.raises(ValueError, match="there is no row -2"):
        row(-2)
