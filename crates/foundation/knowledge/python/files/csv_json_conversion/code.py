"""Convert between CSV and JSON."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

INTEGER = re.compile(r"-?(0|[1-9]\d*)", re.ASCII)
DECIMAL = re.compile(r"-?(0|[1-9]\d*)\.\d+([eE][+-]?\d+)?", re.ASCII)
WORDS = {"": None, "true": True, "false": False}


def _typed(cell: str) -> Any:
    """Return the number, boolean or None that ``cell`` spells, or the text."""
    if cell.lower() in WORDS:
        return WORDS[cell.lower()]
    if INTEGER.fullmatch(cell):
        return int(cell)
    return float(cell) if DECIMAL.fullmatch(cell) else cell


def csv_to_records(
    text: str, delimiter: str = ",", typed: bool = False
) -> list[dict[str, Any]]:
    """Return one dictionary per row; the first row holds the names.

    Raises ValueError for repeated names or a row of the wrong length.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = next(reader, [])
    if len(set(header)) != len(header):
        raise ValueError(f"repeated column name in {header}")
    records = []
    for row in reader:
        if not row:
            continue
        if len(row) != len(header):
            raise ValueError(
                f"line {reader.line_num}: {len(row)} cells but {len(header)} columns"
            )
        records.append(dict(zip(header, map(_typed, row) if typed else row)))
    return records


def records_to_csv(records: Iterable[Mapping[str, Any]], delimiter: str = ",") -> str:
    """Return CSV whose columns are all keys in order of first appearance.

    None and missing values become empty cells, booleans 'true' and 'false'.
    """
    rows = list(records)
    columns = list(dict.fromkeys(key for row in rows for key in row))
    output = io.StringIO()
    writer = csv.writer(output, delimiter=delimiter, lineterminator="\n")
    if columns:
        writer.writerow(columns)
    for row in rows:
        cells = (row.get(column) for column in columns)
        writer.writerow(str(cell).lower() if isinstance(cell, bool) else cell for cell in cells)
    return output.getvalue()


def csv_to_json(text: str, delimiter: str = ",", typed: bool = False, indent: int = 2) -> str:
    """Convert CSV text to a JSON array of objects."""
    records = csv_to_records(text, delimiter, typed)
    return json.dumps(records, ensure_ascii=False, indent=indent)


def json_to_csv(text: str, delimiter: str = ",") -> str:
    """Convert a JSON array of objects to CSV text."""
    records = json.loads(text)
    if not isinstance(records, list) or not all(isinstance(row, dict) for row in records):
        raise ValueError("expected a JSON array of objects")
    return records_to_csv(records, delimiter)
