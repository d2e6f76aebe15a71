"""Parse dates in the spellings people use."""

import re
from datetime import date, timedelta

_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_ISO = re.compile(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,})\.?,?\s+(\d{4})")
_MONTH_FIRST = re.compile(r"([a-z]{3,})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
_RELATIVE = {"today": 0, "tomorrow": 1, "yesterday": -1}


def _month_number(name: str) -> int:
    """Return the month whose English name begins with ``name``, or 0."""
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(name) or name == "sept" == month[:4]:
            return number
    return 0


def _fields(text: str, day_first: bool) -> tuple[int, int, int] | None:
    """Return year, month and day as written in ``text``, or None for an unknown spelling."""
    if match := _ISO.fullmatch(text):
        return int(match[1]), int(match[3]), int(match[4])
    if match := _NUMERIC.fullmatch(text):
        first, second = int(match[1]), int(match[3])
        day, month = (first, second) if day_first else (second, first)
        return int(match[4]), month, day
    if match := _DAY_FIRST.fullmatch(text):
        return int(match[3]), _month_number(match[2]), int(match[1])
    if match := _MONTH_FIRST.fullmatch(text):
        return int(match[3]), _month_number(match[1]), int(match[2])
    return None


def parse_date(text: str, day_first: bool = True, today: date | None = None) -> date:
    """Return the date written in ``text``.

    ``day_first`` says how to read 03/04/2024; year-first dates do not need it. The words
    today, tomorrow and yesterday are understood when ``today`` is given. Raise ValueError
    for an unknown spelling and for a date that does not exist.
    """
    normal = " ".join(text.lower().split())
    if today is not None and normal in _RELATIVE:
        return today + timedelta(days=_RELATIVE[normal])
    fields = _fields(normal, day_first)
    if fields is None:
        raise ValueError(f"unknown date format: {text!r}")
    try:
        return date(*fields)
    except ValueError as error:
        raise ValueError(f"no such date: {text!r} ({error})") from None
