"""Parse and format sizes in bytes, with decimal (kB) and binary (KiB) units."""

import re
from fractions import Fraction

_PREFIXES = "kmgtpe"
_SIZE = re.compile(rf"\s*([0-9]+(?:\.[0-9]+)?)\s*(?:([{_PREFIXES}])(i?))?b?\s*", re.IGNORECASE)


def parse_size(text: str) -> int:
    """Return the number of bytes that ``text`` stands for; units ignore case, B is optional.

    Raise ValueError when ``text`` is not a size or does not come to a whole number of bytes.
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError(f"not a size: {text!r}")
    number, prefix, binary = match.groups()
    size = Fraction(number)
    if prefix:
        base = 1024 if binary else 1000
        size *= base ** (_PREFIXES.index(prefix.lower()) + 1)
    if size.denominator != 1:
        raise ValueError(f"{text!r} is not a whole number of bytes")
    return int(size)


def format_size(size: int, binary: bool = True, digits: int = 1) -> str:
    """Return ``size`` in the largest fitting unit, rounded to ``digits`` decimal places."""
    if size < 0:
        raise ValueError("size must not be negative")
    base = 1024 if binary else 1000
    if size < base:
        return f"{size} B"
    exponent = 1
    while exponent < len(_PREFIXES) and round(Fraction(size, base**exponent), digits) >= base:
        exponent += 1
    value = float(round(Fraction(size, base**exponent), digits))
    unit = f"{'KMGTPE'[exponent - 1]}iB" if binary else f"{'kMGTPE'[exponent - 1]}B"
    return f"{value:.{digits}f} {unit}"
