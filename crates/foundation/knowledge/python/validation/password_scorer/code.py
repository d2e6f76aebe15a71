"""Estimate the strength of passwords."""

import math
import re
from dataclasses import dataclass

_COMMON = frozenset(
    "password passwort letmein welcome admin qwerty monkey dragon iloveyou football "
    "baseball master login secret abc123 123456 12345678 123456789 111111 000000".split()
)
_LEET = str.maketrans("01345@$!", "oleasasi")
_SEQUENCES = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_POOLS = ((r"[a-z]", 26), (r"[A-Z]", 26), (r"[0-9]", 10), (r"[^a-zA-Z0-9]", 33))
_STEPS = (28, 40, 56, 72)  # bits needed for the scores 1 to 4


@dataclass(frozen=True)
class PasswordReport:
    """The score from 0 (useless) to 4 (strong), the estimated bits, and what to improve."""

    score: int
    bits: float
    advice: tuple[str, ...]


def _is_common(password: str) -> bool:
    """Return whether ``password`` is a well-known one, perhaps with decoration."""
    lowered = password.lower()
    core = lowered.strip("0123456789!?.#*")
    return bool(_COMMON & {lowered, core, lowered.translate(_LEET), core.translate(_LEET)})


def _sequence_length(password: str) -> int:
    """Return how many characters merely continue a sequence or repeat their neighbour."""
    lowered = password.lower()
    pairs = {row[index : index + 2] for row in _SEQUENCES for index in range(len(row) - 1)}
    pairs |= {pair[::-1] for pair in pairs}
    return sum(
        first == second or first + second in pairs
        for first, second in zip(lowered, lowered[1:])
    )


def check_password(password: str, minimum: int = 8) -> PasswordReport:
    """Return a report on ``password``; one shorter than ``minimum`` scores 0."""
    advice: list[str] = []
    predictable = _sequence_length(password)
    pool = sum(size for pattern, size in _POOLS if re.search(pattern, password))
    effective = len(password) - predictable
    bits = effective * math.log2(pool) if pool else 0.0
    score = sum(bits >= step for step in _STEPS)
    if len(password) < minimum:
        advice.append(f"use at least {minimum} characters")
        score = 0
    if _is_common(password):
        advice.append("avoid well-known passwords")
        score, bits = 0, 0.0
    if predictable * 3 > len(password):
        advice.append("avoid repeated characters and sequences such as abc or 123")
    if score < len(_STEPS) and not advice:
        advice.append("make it longer, for example with another word")
    return PasswordReport(score, round(bits, 1), tuple(advice))
