"""The n queens puzzle solved by backtracking."""

from collections.abc import Iterator, Sequence


def solve_queens(size: int) -> Iterator[tuple[int, ...]]:
    """Yield each solution as the queen's column for every row.

    Solutions come in lexicographic order.  Raises ValueError for ``size`` < 1.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}")
    return _place((), size, frozenset(), frozenset())


def _place(
    columns: tuple[int, ...], size: int, falling: frozenset[int], rising: frozenset[int]
) -> Iterator[tuple[int, ...]]:
    """Extend a partial solution row by row.

    ``falling`` and ``rising`` hold the taken diagonals as row - column and
    row + column.
    """
    row = len(columns)
    if row == size:
        yield columns
        return
    for column in range(size):
        if column in columns or row - column in falling or row + column in rising:
            continue
        yield from _place(
            (*columns, column), size, falling | {row - column}, rising | {row + column}
        )


def is_safe(columns: Sequence[int]) -> bool:
    """Tell whether no two queens attack each other; one queen per row."""
    rows = range(len(columns))
    return (
        len(set(columns)) == len(columns)
        and len({row - columns[row] for row in rows}) == len(columns)
        and len({row + columns[row] for row in rows}) == len(columns)
    )


def draw_board(columns: Sequence[int], queen: str = "Q", empty: str = ".") -> str:
    """Return the board as text, one line per row."""
    return "\n".join(
        " ".join(queen if place == column else empty for place in range(len(columns)))
        for column in columns
    )
