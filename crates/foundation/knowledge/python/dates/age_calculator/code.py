"""Compute ages from dates of birth."""

from calendar import isleap, monthrange
from datetime import date


def _check(born: date, today: date) -> None:
    """Raise ValueError for a birth in the future."""
    if born > today:
        raise ValueError(f"born on {born}, which lies after {today}")


def _birthday_in(born: date, year: int) -> date:
    """Return the birthday in ``year``: 1 March for leap-day births in common years."""
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 3, 1)
    return born.replace(year=year)


def age_in_years(born: date, today: date) -> int:
    """Return the number of birthdays that have passed, a birthday today included."""
    _check(born, today)
    return today.year - born.year - (today < _birthday_in(born, today.year))


def exact_age(born: date, today: date) -> tuple[int, int, int]:
    """Return the age in whole years, months and days.

    The days are counted from the last monthly anniversary, or from the end of the month where
    that month is too short to have one.
    """
    _check(born, today)
    months = (today.year - born.year) * 12 + today.month - born.month
    if today.day < min(born.day, monthrange(today.year, today.month)[1]):
        months -= 1
    year, month = divmod(born.year * 12 + born.month - 1 + months, 12)
    anchor = date(year, month + 1, min(born.day, monthrange(year, month + 1)[1]))
    return months // 12, months % 12, (today - anchor).days


def next_birthday(born: date, today: date) -> date:
    """Return the first birthday on or after ``today``."""
    _check(born, today)
    birthday = _birthday_in(born, today.year)
    return birthday if birthday >= today else _birthday_in(born, today.year + 1)


def days_until_birthday(born: date, today: date) -> int:
    """Return the number of days until the next birthday; 0 on the day itself."""
    return (next_birthday(born, today) - today).days
