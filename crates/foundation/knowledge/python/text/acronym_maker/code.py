"""Acronyms and initials."""

import re

SMALL = {"a", "an", "and", "at", "by", "for", "in", "of", "on", "or", "the", "to"}


def acronym(phrase: str, skip_small: bool = False) -> str:
    """Return the first letters of the words, in capitals."""
    words = _words(phrase)
    if skip_small:
        words = [word for word in words if word.lower() not in SMALL]
    return "".join(word[0] for word in words).upper()


def initials(name: str) -> str:
    """Return the initials of a name: ``Ann Lee-Hart`` has ``A. L.-H.``."""
    parts = []
    for part in name.split():
        letters = [piece[0].upper() + "." for piece in part.split("-") if piece]
        parts.append("-".join(letters))
    return " ".join(part for part in parts if part)


def _words(phrase: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)*", phrase)
