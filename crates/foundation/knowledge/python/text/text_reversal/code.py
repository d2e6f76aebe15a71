"""Text turned around."""

import re
import unicodedata


def reverse_text(text: str) -> str:
    """Return the characters in reverse; accents stay on their letters."""
    clusters: list[str] = []
    for symbol in text:
        if clusters and unicodedata.combining(symbol):
            clusters[-1] += symbol
        else:
            clusters.append(symbol)
    return "".join(reversed(clusters))


def reverse_words(text: str) -> str:
    """Return the words in reverse order, with single blanks."""
    return " ".join(reversed(text.split()))


def reverse_each_word(text: str) -> str:
    """Return each word reversed in its place; whitespace stays as it is."""
    return re.sub(r"\S+", lambda match: reverse_text(match[0]), text)
