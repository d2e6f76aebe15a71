"""Conway's Game of Life."""

from collections import Counter
from collections.abc import Iterable

Cell = tuple[int, int]


def parse(text: str) -> frozenset[Cell]:
    """Return the living cells of a drawing, in which ``#`` lives, as (row, column)."""
    return frozenset(
        (row, column)
        for row, line in enumerate(text.splitlines())
        for column, symbol in enumerate(line)
        if symbol == "#"
    )


def step(living: Iterable[Cell]) -> frozenset[Cell]:
    """Return the next generation."""
    before = frozenset(living)
    near = Counter(
        (row + down, column + right)
        for row, column in before
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
        if (down, right) != (0, 0)
    )
    return frozenset(
        cell for cell, count in near.items() if count == 3 or (count == 2 and cell in before)
    )


def generation(living: Iterable[Cell], number: int) -> frozenset[Cell]:
    """Return the generation after so many steps."""
    cells = frozenset(living)
    for _ in range(number):
        cells = step(cells)
    return cells


def draw(living: Iterable[Cell]) -> str:
    """Return the smallest drawing that holds all living cells."""
    cells = frozenset(living)
    if not cells:
        return ""
    rows = [row for row, _ in cells]
    columns = [column for _, column in cells]
    return "\n".join(
        "".join("#" if (row, column) in cells else "." for column in _span(columns))
        for row in _span(rows)
    )


def _span(values: list[int]) -> range:
    return range(min(values), max(values) + 1)
