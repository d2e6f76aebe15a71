"""Date arithmetic with months, quarters and years."""

from calendar import monthrange
from datetime import date, timedelta


def add_months(day: date, months: int) -> date:
    """Return the date ``months`` later, or on the last day of the month if that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"{day} plus {months} months is out of range")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    """Return the date ``years`` later; 29 February becomes 28 February in common years."""
    return add_months(day, 12 * years)


def end_of_month(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_between(start: date, end: date) -> int:
    """Return how many whole months lie between ``start`` and ``end``.

    The result is negative when ``end`` lies earlier.
    """
    early, late = min(start, end), max(start, end)
    months = (late.year - early.year) * 12 + late.month - early.month
    if add_months(early, months) > late:
        months -= 1
    return months if start <= end else -months


def quarter_of(day: date) -> int:
    """Return the quarter of the year, from 1 to 4."""
    return (day.month + 2) // 3


def quarter_bounds(day: date) -> tuple[date, date]:
    """Return the first and the last day of the quarter of ``day``."""
    first = date(day.year, 3 * quarter_of(day) - 2, 1)
    return first, end_of_month(first + timedelta(days=62))
