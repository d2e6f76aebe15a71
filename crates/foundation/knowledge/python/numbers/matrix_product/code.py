"""Small dense matrices as lists of rows."""

from collections.abc import Sequence

Matrix = Sequence[Sequence[int]]


def _shape(matrix: Matrix) -> tuple[int, int]:
    """Return rows and columns; raise ValueError for an empty or ragged matrix."""
    if not matrix or not matrix[0]:
        raise ValueError("a matrix needs at least one row and one column")
    if any(len(row) != len(matrix[0]) for row in matrix):
        raise ValueError("all rows must have the same length")
    return len(matrix), len(matrix[0])


def _side(matrix: Matrix) -> int:
    """Return the number of rows of a square matrix; raise ValueError for another."""
    rows, columns = _shape(matrix)
    if rows != columns:
        raise ValueError(f"a square matrix is needed, not {rows}x{columns}")
    return rows


def transpose(matrix: Matrix) -> list[list[int]]:
    """Return the matrix with rows and columns exchanged."""
    _shape(matrix)
    return [list(column) for column in zip(*matrix)]


def multiply(left: Matrix, right: Matrix) -> list[list[int]]:
    """Return the product; the columns of ``left`` must be as many as the rows of ``right``."""
    rows, inner = _shape(left)
    other, columns = _shape(right)
    if inner != other:
        raise ValueError(f"cannot multiply {rows}x{inner} by {other}x{columns}")
    turned = transpose(right)
    return [[sum(a * b for a, b in zip(row, column)) for column in turned] for row in left]


def identity(size: int) -> list[list[int]]:
    """Return the matrix with ones on the diagonal and zeros elsewhere."""
    if size < 1:
        raise ValueError("size must be at least 1")
    return [[int(row == column) for column in range(size)] for row in range(size)]


def power(matrix: Matrix, exponent: int) -> list[list[int]]:
    """Return a square matrix multiplied by itself ``exponent`` times, by repeated squaring."""
    result = identity(_side(matrix))
    if exponent < 0:
        raise ValueError("exponent must not be negative")
    square = [list(row) for row in matrix]
    while exponent:
        if exponent % 2:
            result = multiply(result, square)
        square = multiply(square, square)
        exponent //= 2
    return result


def determinant(matrix: Matrix) -> int:
    """Return the exact determinant of a square integer matrix (Bareiss elimination)."""
    size = _side(matrix)
    work = [list(row) for row in matrix]
    sign, previous = 1, 1
    for step in range(size - 1):
        pivot = next((row for row in range(step, size) if work[row][step]), None)
        if pivot is None:
            return 0
        if pivot != step:
            work[step], work[pivot] = work[pivot], work[step]
            sign = -sign
        for row in range(step + 1, size):
            for column in range(step + 1, size):
                cross = work[row][column] * work[step][step] - work[row][step] * work[step][column]
                work[row][column] = cross // previous
        previous = work[step][step]
    return sign * work[-1][-1]
