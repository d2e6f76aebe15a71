"""Convert times between time zones."""

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_FIXED = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})?")


def find_zone(name: str) -> tzinfo:
    """Return the zone called ``name``: an IANA key, UTC, or an offset such as +05:30.

    Raise ValueError for an unknown zone.
    """
    if name.upper() in ("UTC", "GMT", "Z"):
        return timezone.utc
    fixed = _FIXED.fullmatch(name)
    if fixed:
        hours, minutes = int(fixed[2]), int(fixed[3] or 0)
        if hours > 14 or minutes > 59:
            raise ValueError(f"impossible offset: {name!r}")
        offset = timedelta(hours=hours, minutes=minutes)
        return timezone(-offset if fixed[1] == "-" else offset)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f"unknown time zone: {name!r}") from None


def _localize(moment: datetime, zone: tzinfo) -> datetime:
    """Attach ``zone`` to a naive ``moment``; raise ValueError if its clocks skip that time."""
    if moment.tzinfo is not None:
        raise ValueError("a local time without a time zone is expected")
    local = moment.replace(tzinfo=zone)
    if local.astimezone(timezone.utc).astimezone(zone).replace(tzinfo=None) != moment:
        raise ValueError(f"{moment} does not exist in this zone: the clocks skip it")
    return local


def convert_time(moment: datetime, source: str, target: str) -> datetime:
    """Return the time in ``target`` when clocks in ``source`` show the naive ``moment``."""
    return _localize(moment, find_zone(source)).astimezone(find_zone(target))


def utc_offset(zone: str, moment: datetime) -> str:
    """Return the offset of ``zone`` at the local time ``moment``, such as ``+05:30``."""
    offset = _localize(moment, find_zone(zone)).utcoffset() or timedelta(0)
    minutes = round(abs(offset).total_seconds() / 60)
    sign = "-" if offset < timedelta(0) else "+"
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def is_ambiguous(zone: str, moment: datetime) -> bool:
    """Return whether the local time ``moment`` happens twice, because clocks are set back."""
    local = _localize(moment, find_zone(zone))
    return local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
