"""Parse access logs of web servers: common and combined log format."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_LINE = re.compile(
    rf"(\S+) \S+ (\S+) \[([^\]]+)\] {_QUOTED} (\d{{3}}) (\d+|-)(?: {_QUOTED} {_QUOTED})?"
)


class AccessEntry(NamedTuple):
    """One request; fields the log leaves out are empty."""

    client: str
    user: str
    time: datetime
    method: str
    target: str
    status: int
    size: int
    referrer: str = ""
    agent: str = ""


def _text(value: str | None) -> str:
    """Return a logged field, with the dash that means 'nothing' made empty."""
    return "" if value is None or value == "-" else value.replace('\\"', '"')


def parse_access_line(line: str) -> AccessEntry:
    """Return the entry on ``line``; raise ValueError when it is not an access log line."""
    match = _LINE.fullmatch(line.strip())
    if match is None:
        raise ValueError(f"not an access log line: {line.strip()[:80]!r}")
    client, user, stamp, request, status, size, referrer, agent = match.groups()
    words = request.split(" ")
    valid = len(words) == 3 and words[2].startswith("HTTP/")
    return AccessEntry(
        client=client,
        user=_text(user),
        time=datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z"),
        method=words[0] if valid else "",
        target=words[1] if valid else _text(request),
        status=int(status),
        size=0 if size == "-" else int(size),
        referrer=_text(referrer),
        agent=_text(agent),
    )


def count_by_class(entries: Iterable[AccessEntry]) -> dict[str, int]:
    """Return the number of entries in each class of status codes, such as ``{"2xx": 10}``."""
    counts = Counter(f"{entry.status // 100}xx" for entry in entries)
    return dict(sorted(counts.items()))
