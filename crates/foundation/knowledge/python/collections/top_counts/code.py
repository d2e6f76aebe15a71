"""Count occurrences and pick the most frequent items."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

WORD = re.compile(r"\w+(?:['’]\w+)*")


def top_n(items: Iterable[T], n: int | None = None) -> list[tuple[T, int]]:
    """Return ``(item, count)`` pairs, most frequent first, ties by item.

    ``n`` limits the length of the answer; ``None`` returns every item.
    """
    if n is not None and n < 0:
        raise ValueError(f"n must not be negative, got {n}")
    counts = Counter(items)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return ranked[:n]


def word_counts(text: str, n: int | None = None) -> list[tuple[str, int]]:
    """Return the most frequent words of ``text``, ignoring case."""
    return top_n((word.casefold() for word in WORD.findall(text)), n)


def shares(items: Iterable[T]) -> dict[T, float]:
    """Return the fraction of the total for each distinct item."""
    counts = Counter(items)
    total = sum(counts.values())
    return {item: count / total for item, count in counts.items()}
