"""Read and write text records whose fields have fixed widths."""

from collections.abc import Mapping, Sequence

Layout = Sequence[tuple[str, int]]


def _check(layout: Layout) -> int:
    """Return the total width of ``layout``; raise ValueError when it makes no sense."""
    names = [name for name, _ in layout]
    if len(set(names)) != len(names):
        raise ValueError("field names must be unique")
    if any(width < 1 for _, width in layout):
        raise ValueError("field widths must be positive")
    return sum(width for _, width in layout)


def parse_record(line: str, layout: Layout) -> dict[str, str]:
    """Cut ``line`` into the fields of ``layout`` and strip the padding from each.

    Trailing spaces may be missing from the line; any other wrong length is a ValueError.
    """
    total = _check(layout)
    line = line.rstrip("\r\n")
    if len(line.rstrip(" ")) > total:
        raise ValueError(f"line is {len(line)} characters long, the layout only {total}")
    record: dict[str, str] = {}
    start = 0
    for name, width in layout:
        record[name] = line[start : start + width].strip(" ")
        start += width
    return record


def format_record(record: Mapping[str, object], layout: Layout) -> str:
    """Return the line for ``record``: numbers flush right, everything else flush left."""
    _check(layout)
    cells: list[str] = []
    for name, width in layout:
        if name not in record:
            raise ValueError(f"missing field: {name}")
        value = record[name]
        text = str(value)
        if len(text) > width:
            raise ValueError(f"{name}: {text!r} is wider than {width}")
        numeric = isinstance(value, (int, float)) and not isinstance(value, bool)
        cells.append(text.rjust(width) if numeric else text.ljust(width))
    return "".join(cells)
