"""The Collatz sequence."""


def collatz(number: int) -> list[int]:
    """Return the sequence from ``number`` down to 1."""
    if number < 1:
        raise ValueError(f"{number} is not positive")
    sequence = [number]
    while number != 1:
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        sequence.append(number)
    return sequence


def steps(number: int) -> int:
    """Return how many steps lead to 1."""
    return len(collatz(number)) - 1


def longest_start(limit: int) -> int:
    """Return the start below ``limit`` with the longest sequence, the smallest of several."""
    if limit < 2:
        raise ValueError(f"nothing starts below {limit}")
    known = {1: 0}
    best = 1
    for start in range(1, limit):
        path = []
        value = start
        while value not in known:
            path.append(value)
            value = value // 2 if value % 2 == 0 else 3 * value + 1
        for back, passed in enumerate(reversed(path), 1):
            known[passed] = known[value] + back
        if known[start] > known[best]:
            best = start
    return best
