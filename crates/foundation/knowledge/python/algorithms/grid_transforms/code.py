"""Matrices turned, mirrored and unrolled."""

from collections.abc import Sequence
from typing import Any

Grid = list[list[Any]]


def transpose(grid: Sequence[Sequence[Any]]) -> Grid:
    """Return the matrix with rows and columns exchanged."""
    if any(len(row) != len(grid[0]) for row in grid):
        raise ValueError("the rows have different lengths")
    return [list(column) for column in zip(*grid)]


def rotate_right(grid: Sequence[Sequence[Any]]) -> Grid:
    """Return the matrix turned clockwise by 90 degrees."""
    return transpose(list(reversed(grid)))


def rotate_left(grid: Sequence[Sequence[Any]]) -> Grid:
    """Return the matrix turned counterclockwise by 90 degrees."""
    return list(reversed(transpose(grid)))


def mirror(grid: Sequence[Sequence[Any]]) -> Grid:
    """Return the matrix with left and right exchanged."""
    return [list(reversed(row)) for row in grid]


def spiral(grid: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the items clockwise from the outside to the middle."""
    rest = [list(row) for row in grid]
    walked: list[Any] = []
    while rest:
        walked += rest[0]
        rest = rotate_left(rest[1:])
    return walked
