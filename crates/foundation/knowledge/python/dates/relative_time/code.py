"""Describe differences in time the way people do."""

from datetime import datetime, timedelta

_UNITS = (
    ("year", 365 * 86_400),
    ("month", 30 * 86_400),
    ("week", 7 * 86_400),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)


def _split(seconds: int) -> list[str]:
    """Return ``seconds`` as counted units, such as ``["1 hour", "5 minutes"]``."""
    parts: list[str] = []
    for name, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return parts


def time_ago(moment: datetime, now: datetime, just_now: timedelta = timedelta(seconds=10)) -> str:
    """Return where ``moment`` lies seen from ``now``, in its largest unit.

    Differences shorter than ``just_now``, in either direction, are "just now".
    """
    difference = now - moment
    if abs(difference) < just_now:
        return "just now"
    parts = _split(int(abs(difference).total_seconds()))
    if not parts:
        return "just now"
    return f"{parts[0]} ago" if difference > timedelta(0) else f"in {parts[0]}"


def describe_span(span: timedelta, parts: int = 2) -> str:
    """Return the length of ``span`` in at most ``parts`` units, regardless of its sign."""
    if parts < 1:
        raise ValueError("parts must be at least 1")
    units = _split(int(abs(span).total_seconds()))[:parts]
    if not units:
        return "0 seconds"
    if len(units) == 1:
        return units[0]
    return f"{', '.join(units[:-1])} and {units[-1]}"
