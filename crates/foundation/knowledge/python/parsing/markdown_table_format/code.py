"""Render and parse Markdown pipe tables."""

import re
from collections.abc import Sequence

_RULES = {"left": (":", "-"), "right": ("-", ":"), "center": (":", ":"), "": ("-", "-")}
_PADDING = {"left": str.ljust, "right": str.rjust, "center": str.center, "": str.ljust}


def _escape(value: object) -> str:
    """Return ``value`` as the text of one cell."""
    return "<br>".join(str(value).replace("|", r"\|").splitlines())


def render_table(
    header: Sequence[object],
    rows: Sequence[Sequence[object]],
    align: Sequence[str] | None = None,
) -> str:
    """Return a Markdown table; ``align`` has left, right, center or "" for each column."""
    alignment = list(align) if align is not None else [""] * len(header)
    if not header or len(alignment) != len(header):
        raise ValueError("header must not be empty, and align must have one entry per column")
    if not set(alignment) <= set(_RULES):
        raise ValueError("align entries must be left, right, center or empty")
    table = [[_escape(cell) for cell in row] for row in (header, *rows)]
    for number, row in enumerate(table[1:], start=1):
        if len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} cells, not {len(header)}")
    widths = [max(3, *(len(cell) for cell in column)) for column in zip(*table)]
    lines = [
        [_PADDING[side](cell, width) for cell, width, side in zip(row, widths, alignment)]
        for row in table
    ]
    rule = [
        _RULES[side][0] + "-" * (width - 2) + _RULES[side][1]
        for width, side in zip(widths, alignment)
    ]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (lines[0], rule, *lines[1:]))


def _cells(line: str) -> list[str]:
    """Split one line of a table at its unescaped pipes."""
    inner = re.sub(r"^\s*\||(?<!\\)\|\s*$", "", line)
    return [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def parse_table(text: str) -> list[dict[str, str]]:
    """Return one dictionary per row of a Markdown table, keyed by its header.

    Raise ValueError when the rule below the header is missing or a row has the wrong length.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2 or not all(re.fullmatch(r":?-+:?", cell) for cell in _cells(lines[1])):
        raise ValueError("a header line and a rule such as |---|---| are needed")
    header = _cells(lines[0])
    records: list[dict[str, str]] = []
    for number, row in enumerate(map(_cells, lines[1:])):
        if len(row) != len(header):
            raise ValueError(f"row {number} has {len(row)} cells, not {len(header)}")
        records.append(dict(zip(header, row)))
    return records[1:]
