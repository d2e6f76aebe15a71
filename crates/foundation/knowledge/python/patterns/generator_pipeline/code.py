"""Generator stages for processing streams of lines."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

FIELD = re.compile(r"(\w+)=(\"[^\"]*\"|\S+)")


def clean_lines(lines: Iterable[str], comment: str = "#") -> Iterator[str]:
    """Yield stripped lines, leaving out empty ones and comments."""
    for line in lines:
        text = line.strip()
        if text and not text.startswith(comment):
            yield text


def matching(lines: Iterable[str], pattern: str) -> Iterator[str]:
    """Yield the lines in which the regular expression ``pattern`` is found."""
    regex = re.compile(pattern)
    return (line for line in lines if regex.search(line))


def parse_fields(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    """Yield the ``name=value`` pairs of each line that has any.

    Values with spaces are written in double quotes.
    """
    for line in lines:
        fields = {name: value.strip('"') for name, value in FIELD.findall(line)}
        if fields:
            yield fields


def running_total(
    records: Iterable[Mapping[str, str]], key: str, amount: str
) -> Iterator[tuple[str, float]]:
    """Yield ``(key value, total so far)`` for each record.

    Records without ``key`` or with an ``amount`` that is no number raise
    ValueError with the record in the message.
    """
    totals: dict[str, float] = {}
    for record in records:
        try:
            name, number = record[key], float(record[amount])
        except (KeyError, ValueError):
            raise ValueError(f"unusable record: {dict(record)}") from None
        totals[name] = totals.get(name, 0.0) + number
        yield name, totals[name]


def tap(items: Iterable[T], look: Callable[[T], object]) -> Iterator[T]:
    """Pass items through unchanged and call ``look`` with each of them."""
    for item in items:
        look(item)
        yield item


def take(items: Iterable[T], n: int) -> list[T]:
    """Return the first ``n`` items without reading further."""
    if n < 0:
        raise ValueError(f"n must not be negative, got {n}")
    return list(islice(items, n))
