"""Count the letters of a text."""

from collections import Counter


def letter_counts(text: str) -> dict[str, int]:
    """Return how often each letter occurs, regardless of case, the most frequent first."""
    counts = Counter(character for character in text.casefold() if character.isalpha())
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def letter_shares(text: str) -> dict[str, float]:
    """Return the share of each letter among all letters; empty for a text without letters."""
    counts = letter_counts(text)
    total = sum(counts.values())
    return {letter: count / total for letter, count in counts.items()}


def count_vowels(text: str, vowels: str = "aeiou") -> int:
    """Return how many characters of ``text`` are ``vowels``, in either case."""
    return sum(character in vowels for character in text.lower())


def first_unrepeated(text: str) -> str | None:
    """Return the first character that occurs only once, or None; case matters here."""
    counts = Counter(text)
    return next((character for character in text if counts[character] == 1), None)


def histogram(text: str, width: int = 40, limit: int = 10) -> str:
    """Return a bar for each of the ``limit`` most frequent letters, the longest ``width`` wide."""
    if width < 1:
        raise ValueError("width must be at least 1")
    rows = list(letter_counts(text).items())[:limit]
    return "\n".join(
        f"{letter} {'#' * max(1, count * width // rows[0][1])} {count}" for letter, count in rows
    )
