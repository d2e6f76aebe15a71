"""Leap years and the lengths of months."""

from datetime import date

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def is_leap(year: int) -> bool:
    """Tell whether a year has 366 days."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def leap_years(first: int, last: int) -> list[int]:
    """Return the leap years of a range, both ends included."""
    return [year for year in range(first, last + 1) if is_leap(year)]


def days_in_month(year: int, month: int) -> int:
    """Return the length of a month, 1 to 12."""
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}")
    return 29 if month == 2 and is_leap(year) else LENGTHS[month - 1]


def day_of_year(day: date) -> int:
    """Return the number of a day in its year, from 1."""
    return sum(days_in_month(day.year, month) for month in range(1, day.month)) + day.day


def weekday(day: date) -> str:
    """Return the English name of the day of the week."""
    return WEEKDAYS[day.weekday()]
