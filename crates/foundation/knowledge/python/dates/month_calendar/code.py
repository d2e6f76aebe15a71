"""A month as a table of days."""

from collections.abc import Collection
from datetime import date, timedelta

NAMES = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def weeks(year: int, month: int, first_weekday: int = 0) -> list[list[int]]:
    """Return the weeks of a month, 0 where a day is outside; weekday 0 is Monday."""
    day = date(year, month, 1)
    gap = (day.weekday() - first_weekday) % 7
    days = [0] * gap
    while day.month == month:
        days.append(day.day)
        day += timedelta(days=1)
    days += [0] * (-len(days) % 7)
    return [days[start : start + 7] for start in range(0, len(days), 7)]


def calendar_text(
    year: int, month: int, first_weekday: int = 0, marked: Collection[int] = ()
) -> str:
    """Return the month as text; marked days have an asterisk."""
    names = [NAMES[(first_weekday + offset) % 7] for offset in range(7)]
    lines = [f"{MONTHS[month - 1]} {year}".center(27).rstrip()]
    lines.append("".join(f" {name} " for name in names).rstrip())
    for week in weeks(year, month, first_weekday):
        lines.append("".join(_cell(day, marked) for day in week).rstrip())
    return "\n".join(lines)


def _cell(day: int, marked: Collection[int]) -> str:
    if not day:
        return "    "
    return f"{day:>3}{'*' if day in marked else ' '}"
