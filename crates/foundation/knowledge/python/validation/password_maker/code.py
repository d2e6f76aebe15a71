"""Random passwords."""

import secrets
import string
from collections.abc import Sequence
from math import log2
from random import Random

KINDS = {
    "lower": string.ascii_lowercase,
    "upper": string.ascii_uppercase,
    "digits": string.digits,
    "signs": "!#$%&*+-=?@_",
}
ALIKE = set("Il1O0")


def password(
    length: int = 16,
    kinds: Sequence[str] = ("lower", "upper", "digits"),
    without_alike: bool = False,
    random: Random | None = None,
) -> str:
    """Return a password with at least one character of each kind.

    ``random`` is for tests; without it the randomness is secure.
    """
    source = random or secrets.SystemRandom()
    sets = [_characters(kind, without_alike) for kind in kinds]
    if not sets or length < len(sets):
        raise ValueError(f"{length} characters cannot hold {len(sets)} kinds")
    chosen = [source.choice(characters) for characters in sets]
    everything = "".join(sets)
    chosen += [source.choice(everything) for _ in range(length - len(sets))]
    source.shuffle(chosen)
    return "".join(chosen)


def passphrase(
    words: Sequence[str], count: int = 5, separator: str = "-", random: Random | None = None
) -> str:
    """Return so many random words of a list."""
    if len(set(words)) < 2 or count < 1:
        raise ValueError("several words and a positive count are needed")
    source = random or secrets.SystemRandom()
    return separator.join(source.choice(words) for _ in range(count))


def bits(choices: int, length: int) -> float:
    """Return how many bits of chance so many free choices have."""
    return round(length * log2(choices), 1)


def _characters(kind: str, without_alike: bool) -> str:
    if kind not in KINDS:
        raise ValueError(f"unknown kind: {kind}")
    return "".join(symbol for symbol in KINDS[kind] if not (without_alike and symbol in ALIKE))
