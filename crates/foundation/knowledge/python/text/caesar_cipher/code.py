"""The Caesar cipher: shifting letters along the alphabet."""

from collections import Counter
from string import ascii_lowercase, ascii_uppercase

_ENGLISH_PERCENT = dict(
    zip(
        ascii_lowercase,
        (8.2, 1.5, 2.8, 4.3, 12.7, 2.2, 2.0, 6.1, 7.0, 0.15, 0.77, 4.0, 2.4,
         6.7, 7.5, 1.9, 0.095, 6.0, 6.3, 9.1, 2.8, 0.98, 2.4, 0.15, 2.0, 0.074),
    )
)


def encrypt(text: str, shift: int) -> str:
    """Return ``text`` with each ASCII letter moved ``shift`` places; case is kept."""
    places = shift % 26
    rotated = (
        ascii_lowercase[places:] + ascii_lowercase[:places]
        + ascii_uppercase[places:] + ascii_uppercase[:places]
    )
    return text.translate(str.maketrans(ascii_lowercase + ascii_uppercase, rotated))


def decrypt(text: str, shift: int) -> str:
    """Undo ``encrypt`` with the same ``shift``."""
    return encrypt(text, -shift)


def _strangeness(text: str) -> float:
    """Return how far the letters of ``text`` are from English; 0 would be a perfect match."""
    counts = Counter(letter for letter in text.lower() if letter in _ENGLISH_PERCENT)
    total = counts.total()
    return sum(
        (counts[letter] - total * percent / 100) ** 2 / (total * percent / 100)
        for letter, percent in _ENGLISH_PERCENT.items()
    )


def break_cipher(text: str) -> tuple[int, str]:
    """Return the likeliest shift of an English text and the text it gives.

    Raise ValueError when there is no letter to judge by.
    """
    if not any(letter in _ENGLISH_PERCENT for letter in text.lower()):
        raise ValueError("there are no letters in the text")
    shift = min(range(26), key=lambda places: _strangeness(decrypt(text, places)))
    return shift, decrypt(text, shift)
