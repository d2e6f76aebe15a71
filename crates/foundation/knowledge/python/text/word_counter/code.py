"""Count the words of a text."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from math import ceil

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")


@dataclass(frozen=True)
class TextStatistics:
    """What a text consists of, and how many minutes it takes to read."""

    characters: int
    words: int
    distinct_words: int
    lines: int
    minutes: int


def split_words(text: str) -> list[str]:
    """Return the words of ``text`` in order; inner apostrophes and hyphens belong to a word."""
    return _WORD.findall(text)


def word_frequencies(text: str, ignore: Collection[str] = ()) -> Counter[str]:
    """Return how often each word occurs, regardless of case, leaving out those in ``ignore``."""
    ignored = {word.casefold() for word in ignore}
    words = (word.casefold() for word in split_words(text))
    return Counter(word for word in words if word not in ignored)


def most_common_words(
    text: str, limit: int = 10, ignore: Collection[str] = ()
) -> list[tuple[str, int]]:
    """Return the ``limit`` most frequent words with their counts; ties go by the alphabet."""
    if limit < 0:
        raise ValueError("limit must not be negative")
    counts = word_frequencies(text, ignore)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:limit]


def describe_text(text: str, words_per_minute: int = 200) -> TextStatistics:
    """Return the statistics of ``text``; reading time is rounded up to whole minutes."""
    if words_per_minute < 1:
        raise ValueError("words_per_minute must be positive")
    counts = word_frequencies(text)
    return TextStatistics(
        characters=len(text),
        words=counts.total(),
        distinct_words=len(counts),
        lines=len(text.splitlines()),
        minutes=ceil(counts.total() / words_per_minute),
    )
