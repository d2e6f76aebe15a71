"""The Tower of Hanoi."""

from collections.abc import Iterable, Iterator

Move = tuple[str, str]


def moves(disks: int, start: str = "A", target: str = "C", spare: str = "B") -> Iterator[Move]:
    """Yield the moves, each as the pegs it goes from and to."""
    if disks < 0:
        raise ValueError(f"{disks} disks are impossible")
    if disks == 0:
        return
    yield from moves(disks - 1, start, spare, target)
    yield start, target
    yield from moves(disks - 1, spare, target, start)


def play(disks: int, steps: Iterable[Move]) -> dict[str, list[int]]:
    """Return the pegs after the moves; a larger disk on a smaller one is refused."""
    pegs: dict[str, list[int]] = {"A": list(range(disks, 0, -1)), "B": [], "C": []}
    for source, target in steps:
        if not pegs[source]:
            raise ValueError(f"peg {source} is empty")
        if pegs[target] and pegs[target][-1] < pegs[source][-1]:
            raise ValueError(f"disk {pegs[source][-1]} is larger than {pegs[target][-1]}")
        pegs[target].append(pegs[source].pop())
    return pegs
