"""Run-length encoding of text and of other sequences."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import TypeVar

T = TypeVar("T")


def run_pairs(items: Iterable[T]) -> list[tuple[T, int]]:
    """Return each run of equal items as a pair of the item and the length of the run."""
    return [(item, sum(1 for _ in run)) for item, run in groupby(items)]


def compress(text: str) -> str:
    """Return ``text`` with each run written as its length and its character.

    A length of one is left out. Raise ValueError if the text contains digits, which could
    not be told from lengths.
    """
    if re.search(r"[0-9]", text):
        raise ValueError("text with digits cannot be encoded")
    return "".join(
        f"{count if count > 1 else ''}{character}" for character, count in run_pairs(text)
    )


def expand(encoded: str, max_length: int = 1_000_000) -> str:
    """Undo ``compress``.

    Raise ValueError for a length without a character, for a length of zero and for a result
    longer than ``max_length``: a few characters could otherwise fill the memory.
    """
    if not re.fullmatch(r"(?:[0-9]*[^0-9])*", encoded):
        raise ValueError("the text ends with a length that has no character")
    parts: list[str] = []
    total = 0
    for digits, character in re.findall(r"([0-9]*)([^0-9])", encoded):
        if digits.startswith("0"):
            raise ValueError(f"malformed length {digits!r}")
        count = int(digits or 1)
        total += count
        if total > max_length:
            raise ValueError(f"the result is longer than {max_length} characters")
        parts.append(character * count)
    return "".join(parts)
