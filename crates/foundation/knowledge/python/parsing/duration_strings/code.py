"""Parse and format durations such as ``1h30m``, ``2d 4h`` or ``250ms``."""

import re
from datetime import timedelta
from fractions import Fraction

_UNITS = {
    "w": 604_800_000_000,
    "d": 86_400_000_000,
    "h": 3_600_000_000,
    "m": 60_000_000,
    "s": 1_000_000,
    "ms": 1_000,
}
_PART = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([a-z]+)\s*")


def parse_duration(text: str) -> timedelta:
    """Return the duration written in ``text``, with an optional sign in front.

    Units are w, d, h, m, s and ms, from large to small, each at most once. Raise ValueError
    for anything else, including a number without a unit.
    """
    body = text.strip().lower()
    sign = -1 if body.startswith("-") else 1
    if body.startswith(("-", "+")):
        body = body[1:]
    if not body:
        raise ValueError(f"not a duration: {text!r}")
    total = Fraction(0)
    allowed = list(_UNITS)
    position = 0
    while position < len(body):
        part = _PART.match(body, position)
        if part is None or part[2] not in allowed:
            raise ValueError(f"not a duration: {text!r}")
        total += Fraction(part[1]) * _UNITS[part[2]]
        allowed = allowed[allowed.index(part[2]) + 1 :]
        position = part.end()
    return timedelta(microseconds=sign * round(total))


def format_duration(duration: timedelta) -> str:
    """Return ``duration`` with days as its largest unit, such as ``1d2h`` or ``-1m30s``.

    What lies below a millisecond is dropped.
    """
    milliseconds = abs(duration) // timedelta(milliseconds=1)
    if milliseconds == 0:
        return "0s"
    parts: list[str] = ["-"] if duration < timedelta(0) else []
    for unit in ("d", "h", "m", "s", "ms"):
        count, milliseconds = divmod(milliseconds, _UNITS[unit] // 1000)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts)
