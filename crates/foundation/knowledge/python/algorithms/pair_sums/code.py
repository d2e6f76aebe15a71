"""Numbers that add up to a target."""

from collections.abc import Sequence


def two_sum(numbers: Sequence[int], target: int) -> tuple[int, int] | None:
    """Return the indices of the first pair found that adds up to ``target``, or None."""
    seen: dict[int, int] = {}
    for index, number in enumerate(numbers):
        if target - number in seen:
            return seen[target - number], index
        seen.setdefault(number, index)
    return None


def all_pairs(numbers: Sequence[int], target: int) -> list[tuple[int, int]]:
    """Return every pair of values with the sum, each once, ascending."""
    seen: set[int] = set()
    pairs: set[tuple[int, int]] = set()
    for number in numbers:
        if target - number in seen:
            pairs.add((min(number, target - number), max(number, target - number)))
        seen.add(number)
    return sorted(pairs)


def three_sum(numbers: Sequence[int], target: int = 0) -> list[tuple[int, int, int]]:
    """Return every triple of values with the sum, each once, ascending."""
    known = sorted(numbers)
    triples: set[tuple[int, int, int]] = set()
    for index, first in enumerate(known):
        low, high = index + 1, len(known) - 1
        while low < high:
            total = first + known[low] + known[high]
            if total == target:
                triples.add((first, known[low], known[high]))
            if total <= target:
                low += 1
            else:
                high -= 1
    return sorted(triples)
