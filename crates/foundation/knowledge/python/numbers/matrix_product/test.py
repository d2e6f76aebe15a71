import pytest

from matrix_product import determinant, identity, multiply, power, transpose


def test_product():
    assert multiply([[1, 2], [3, 4]], [[5, 6], [7, 8]]) == [[19, 22], [43, 50]]
    assert multiply([[1, 2, 3]], [[4], [5], [6]]) == [[32]]
    assert multiply([[1], [2]], [[3, 4]]) == [[3, 4], [6, 8]]
    assert multiply([[2, 0], [1, 3]], identity(2)) == [[2, 0], [1, 3]]


def test_transpose():
    assert transpose([[1, 2, 3], [4, 5, 6]]) == [[1, 4], [2, 5], [3, 6]]
    assert transpose([[7]]) == [[7]]


def test_identity():
    assert identity(1) == [[1]]
    assert identity(3) == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    with pytest.raises(ValueError, match="size"):
        identity(0)


def test_power():
    matrix = [[1, 1], [1, 0]]
    assert power(matrix, 0) == [[1, 0], [0, 1]]
    assert power(matrix, 1) == [[1, 1], [1, 0]]
    assert power(matrix, 10) == [[89, 55], [55, 34]]
    assert matrix == [[1, 1], [1, 0]]
    with pytest.raises(ValueError, match="exponent"):
        power(matrix, -1)


def test_determinant():
    assert determinant([[5]]) == 5
    assert determinant([[1, 2], [3, 4]]) == -2
    assert determinant([[2, -3, 1], [2, 0, -1], [1, 4, 5]]) == 49
    assert determinant([[10**20, 1], [1, 10**20]]) == 10**40 - 1


def test_determinant_with_zeros_on_the_diagonal():
    matrix = [[0, 1], [1, 0]]
    assert determinant(matrix) == -1
    assert matrix == [[0, 1], [1, 0]]
    assert determinant([[0, 2], [0, 3]]) == 0
    assert determinant([[1, 2, 3], [2, 4, 6], [1, 1, 1]]) == 0
    assert determinant([[0, 0, 2], [0, 3, 0], [4, 0, 0]]) == -24


def test_shapes_must_fit():
    with pytest.raises(ValueError, match="cannot multiply 1x2 by 1x2"):
        multiply([[1, 2]], [[1, 2]])
    with pytest.raises(ValueError, match="same length"):
        transpose([[1, 2], [3]])
    with pytest.raises(ValueError, match="at least one row"):
        multiply([], [[1]])
    with pytest.raises(ValueError, match="at least one row and one column"):
        transpose([[]])
    with pytest.raises(ValueError, match="square matrix is needed, not 1x2"):
        determinant([[1, 2]])
    with pytest.raises(ValueError, match="square matrix is needed, not 2x1"):
        power([[1], [2]], 2)
