"""Work with ISO 8601 weeks."""

import re
from datetime import date, timedelta

_LABEL = re.compile(r"(\d{4})-?W(\d{2})")


def week_label(day: date) -> str:
    """Return the ISO week of ``day``, such as ``2024-W05``; labels sort by time."""
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def weeks_in_year(year: int) -> int:
    """Return whether the ISO year has 52 or 53 weeks: 28 December is always in the last."""
    return date(year, 12, 28).isocalendar()[1]


def parse_week(label: str) -> date:
    """Return the Monday of the week ``2024-W05`` or ``2024W05``; raise ValueError otherwise."""
    match = _LABEL.fullmatch(label.strip())
    if match is None:
        raise ValueError(f"not an ISO week: {label!r}")
    year, week = int(match[1]), int(match[2])
    try:
        return date.fromisocalendar(year, week, 1)
    except ValueError as error:
        raise ValueError(f"not an ISO week: {label!r} ({error})") from None


def week_days(label: str) -> list[date]:
    """Return the seven days of the week, Monday first."""
    monday = parse_week(label)
    return [monday + timedelta(days=offset) for offset in range(7)]


def shift_week(label: str, weeks: int) -> str:
    """Return the label of the week that lies ``weeks`` later, or earlier if negative."""
    return week_label(parse_week(label) + timedelta(weeks=weeks))
