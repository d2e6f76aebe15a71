"""The 0/1 knapsack problem solved by dynamic programming."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """Something to pack, with a whole-number weight."""

    name: str
    weight: int
    value: float

    def __post_init__(self) -> None:
        if self.weight < 0 or self.value < 0:
            raise ValueError(f"{self.name}: weight and value must not be negative")


def pack(items: Sequence[Item], capacity: int) -> tuple[float, list[Item]]:
    """Return the best total value and the items that give it, in input order.

    Each item can be taken once.  ``capacity`` is the greatest total weight.
    """
    if capacity < 0:
        raise ValueError(f"capacity must not be negative, got {capacity}")
    # best[i][room]: greatest value from the first i items within room.
    best: list[list[float]] = [[0] * (capacity + 1)]
    for item in items:
        without = best[-1]
        row = list(without)
        for room in range(item.weight, capacity + 1):
            row[room] = max(row[room], without[room - item.weight] + item.value)
        best.append(row)

    chosen = []
    room = capacity
    for index in range(len(items), 0, -1):
        if best[index][room] != best[index - 1][room]:
            chosen.append(items[index - 1])
            room -= items[index - 1].weight
    return best[-1][capacity], chosen[::-1]
