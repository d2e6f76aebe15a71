"""A* search on a grid given as lines of text."""

import heapq
from collections.abc import Sequence

Cell = tuple[int, int]

WALL = "#"
STEPS = ((-1, 0), (0, 1), (1, 0), (0, -1))


def find_path(grid: Sequence[str], start: Cell, goal: Cell) -> list[Cell] | None:
    """Return the cells of a shortest way as (row, column), or None.

    Raises ValueError if ``start`` or ``goal`` is outside the grid or a wall.
    """

    def is_open(cell: Cell) -> bool:
        row, column = cell
        inside = 0 <= row < len(grid) and 0 <= column < len(grid[row])
        return inside and grid[row][column] != WALL

    def estimate(cell: Cell) -> int:
        return abs(cell[0] - goal[0]) + abs(cell[1] - goal[1])

    for name, cell in (("start", start), ("goal", goal)):
        if not is_open(cell):
            raise ValueError(f"{name} {cell} is not an open cell")

    cost = {start: 0}
    came_from: dict[Cell, Cell] = {}
    heap = [(estimate(start), start)]
    while heap:
        _, cell = heapq.heappop(heap)
        if cell == goal:
            return _trace(came_from, goal)
        for row_step, column_step in STEPS:
            neighbour = (cell[0] + row_step, cell[1] + column_step)
            new_cost = cost[cell] + 1
            if is_open(neighbour) and new_cost < cost.get(neighbour, new_cost + 1):
                cost[neighbour] = new_cost
                came_from[neighbour] = cell
                heapq.heappush(heap, (new_cost + estimate(neighbour), neighbour))
    return None


def _trace(came_from: dict[Cell, Cell], goal: Cell) -> list[Cell]:
    """Follow the links from ``goal`` back to the start."""
    path = [goal]
    while path[-1] in came_from:
        path.append(came_from[path[-1]])
    return path[::-1]


def draw_path(grid: Sequence[str], path: Sequence[Cell], mark: str = "*") -> list[str]:
    """Return the grid with the cells of ``path`` marked."""
    rows = [list(line) for line in grid]
    for row, column in path:
        rows[row][column] = mark
    return ["".join(row) for row in rows]
