"""The Vigenere cipher: shifting letters by a repeating keyword."""

from itertools import cycle
from string import ascii_lowercase


def _shifts(keyword: str) -> list[int]:
    """Return how far each letter of ``keyword`` shifts; raise ValueError for other characters."""
    if not keyword or any(letter not in ascii_lowercase for letter in keyword.lower()):
        raise ValueError("the keyword must consist of the letters a to z")
    return [ascii_lowercase.index(letter) for letter in keyword.lower()]


def _transform(text: str, shifts: list[int]) -> str:
    """Move each ASCII letter of ``text`` by the next of the repeating ``shifts``."""
    upcoming = cycle(shifts)
    result: list[str] = []
    for character in text:
        if character.isascii() and character.isalpha():
            base = ord("A") if character.isupper() else ord("a")
            character = chr((ord(character) - base + next(upcoming)) % 26 + base)
        result.append(character)
    return "".join(result)


def encode(text: str, keyword: str) -> str:
    """Return ``text`` encrypted with ``keyword``; case and other characters are kept."""
    return _transform(text, _shifts(keyword))


def decode(text: str, keyword: str) -> str:
    """Undo ``encode`` with the same ``keyword``."""
    return _transform(text, [-shift for shift in _shifts(keyword)])
