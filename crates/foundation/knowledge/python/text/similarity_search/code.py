"""Search a collection of strings for those similar to a query."""

from collections import Counter
from collections.abc import Iterable


def trigrams(text: str) -> frozenset[str]:
    """Return the groups of three characters in each word of ``text``, ignoring case.

    Words are padded, so that their beginnings weigh more than their ends.
    """
    groups: set[str] = set()
    for word in text.casefold().split():
        padded = f"  {word} "
        groups.update(padded[index : index + 3] for index in range(len(padded) - 2))
    return frozenset(groups)


def jaccard(first: str, second: str) -> float:
    """Return the share of trigrams that two texts have in common, from 0.0 to 1.0."""
    left, right = trigrams(first), trigrams(second)
    return len(left & right) / len(left | right) if left or right else 1.0


class TrigramIndex:
    """A set of entries that can be searched by similarity."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._sizes: dict[str, int] = {}
        self._postings: dict[str, list[str]] = {}
        for entry in entries:
            self.add(entry)

    def __len__(self) -> int:
        return len(self._sizes)

    def add(self, entry: str) -> None:
        """Add ``entry``; adding it again changes nothing."""
        if entry in self._sizes:
            return
        groups = trigrams(entry)
        self._sizes[entry] = len(groups)
        for group in groups:
            self._postings.setdefault(group, []).append(entry)

    def search(
        self, query: str, limit: int = 5, threshold: float = 0.3
    ) -> list[tuple[str, float]]:
        """Return up to ``limit`` entries with their similarity, the best first.

        Entries below ``threshold`` are left out; equally similar ones go by the alphabet.
        """
        if limit < 0:
            raise ValueError("limit must not be negative")
        if not 0 < threshold <= 1:
            raise ValueError("threshold must be above 0 and at most 1")
        groups = trigrams(query)
        shared = Counter(entry for group in groups for entry in self._postings.get(group, ()))
        scored = [
            (entry, common / (len(groups) + self._sizes[entry] - common))
            for entry, common in shared.items()
        ]
        hits = [hit for hit in scored if hit[1] >= threshold]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:limit]
