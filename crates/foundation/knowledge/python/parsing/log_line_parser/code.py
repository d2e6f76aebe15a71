"""Parse application logs of the form ``2024-05-01 12:00:00,123 ERROR app.db: message``."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LINE = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[ T](?P<clock>\d\d:\d\d:\d\d)(?:[.,](?P<fraction>\d{1,6}))?\s+"
    rf"\[?(?P<level>{'|'.join(LEVELS)})\]?\s+(?P<logger>[\w.]+):\s?(?P<message>.*)"
)


@dataclass(frozen=True)
class LogRecord:
    """One entry of a log; the message may span several lines."""

    time: datetime
    level: str
    logger: str
    message: str


def _parse_line(line: str) -> LogRecord | None:
    """Return the record that starts on ``line``, or None when it continues another."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    try:
        time = datetime.strptime(f"{match['day']} {match['clock']}", "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    time = time.replace(microsecond=int((match["fraction"] or "0").ljust(6, "0")))
    return LogRecord(time, match["level"], match["logger"], match["message"])


def parse_log(lines: Iterable[str]) -> Iterator[LogRecord]:
    """Yield the records in ``lines``, which may be an open file.

    A line that starts no record is added to the message before it; raise ValueError when
    there is no message before it.
    """
    current: LogRecord | None = None
    for raw in lines:
        line = raw.rstrip("\r\n")
        record = _parse_line(line)
        if record is None:
            if current is None:
                raise ValueError(f"the log does not start with a record: {line!r}")
            current = replace(current, message=f"{current.message}\n{line}")
            continue
        if current is not None:
            yield current
        current = record
    if current is not None:
        yield current


def at_least(records: Iterable[LogRecord], level: str) -> list[LogRecord]:
    """Return the records of ``level`` or worse; raise ValueError for an unknown level."""
    lowest = LEVELS.index(level)
    return [record for record in records if LEVELS.index(record.level) >= lowest]


def count_levels(records: Iterable[LogRecord]) -> dict[str, int]:
    """Return how often each level occurs, mildest first, without levels that do not."""
    counts = Counter(record.level for record in records)
    return {level: counts[level] for level in LEVELS if counts[level]}
