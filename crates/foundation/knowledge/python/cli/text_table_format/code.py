"""Format rows of data as text tables."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any


def display_width(text: str) -> int:
    """Return how many terminal columns ``text`` takes."""
    width = 0
    for char in text:
        if not unicodedata.combining(char):
            width += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return width


def _cell(value: Any) -> str:
    """Return ``value`` as one line of text."""
    return "" if value is None else " ".join(str(value).split())


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - display_width(text))
    return space + text if right else text + space


def _prepare(
    header: Sequence[str], rows: Iterable[Sequence[Any]]
) -> tuple[list[Sequence[Any]], list[bool]]:
    """Check the rows and find the columns that hold numbers only."""
    table = list(rows)
    for number, row in enumerate(table, start=1):
        if len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} cells, expected {len(header)}")
    numeric = []
    for column in zip(*table) if table else [()] * len(header):
        values = [value for value in column if value is not None]
        numeric.append(bool(values) and all(isinstance(value, (int, float)) for value in values))
    return table, numeric


def format_table(header: Sequence[str], rows: Iterable[Sequence[Any]], gap: str = "  ") -> str:
    """Return an aligned table with a rule below the header.

    Raises ValueError if a row has another number of cells than the header.
    """
    table, numeric = _prepare(header, rows)
    lines = [[_cell(value) for value in row] for row in [header, *table]]
    widths = [max(map(display_width, column)) for column in zip(*lines)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(
        gap.join(map(_pad, line, widths, numeric)).rstrip() for line in lines
    )


def format_markdown(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return a Markdown table; columns of numbers are aligned right."""
    table, numeric = _prepare(header, rows)
    lines = [[_cell(value).replace("|", "\\|") for value in row] for row in [header, *table]]
    lines.insert(1, ["---:" if right else "---" for right in numeric])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
