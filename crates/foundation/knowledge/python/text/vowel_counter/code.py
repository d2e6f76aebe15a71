"""Vowels and consonants."""

import unicodedata

VOWELS = "aeiou"


def count_vowels(text: str, y_counts: bool = False) -> int:
    """Return the number of vowels."""
    return sum(_is_vowel(letter, y_counts) for letter in _letters(text))


def count_consonants(text: str, y_counts: bool = False) -> int:
    """Return the number of consonants; ``y_counts`` makes y a vowel."""
    return sum(not _is_vowel(letter, y_counts) for letter in _letters(text))


def vowel_counts(text: str) -> dict[str, int]:
    """Return how often each vowel occurs, those that do not with 0."""
    letters = _letters(text)
    return {vowel: letters.count(vowel) for vowel in VOWELS}


def without_vowels(text: str) -> str:
    """Return the text without its vowels."""
    return "".join(symbol for symbol in text if not count_vowels(symbol))


def _letters(text: str) -> list[str]:
    plain = unicodedata.normalize("NFD", text.lower())
    return [symbol for symbol in plain if symbol.isalpha()]


def _is_vowel(letter: str, y_counts: bool) -> bool:
    return letter in VOWELS or (y_counts and letter == "y")
