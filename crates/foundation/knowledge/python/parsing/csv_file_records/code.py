"""Read and write lists of dictionaries as CSV files."""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path


def read_records(path: str | Path, delimiter: str = ",") -> list[dict[str, str]]:
    """Return one dictionary per data row of the file, keyed by its header row.

    Raise ValueError, naming the line, when a row has more or fewer values than the header.
    """
    with open(path, encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, delimiter=delimiter, strict=True)
        records: list[dict[str, str]] = []
        try:
            for record in reader:
                if None in record or None in record.values():
                    raise ValueError(f"{path}, line {reader.line_num}: wrong number of values")
                records.append(record)
        except csv.Error as error:
            raise ValueError(f"{path}, after line {reader.line_num}: {error}") from error
    return records


def write_records(
    path: str | Path,
    records: Iterable[Mapping[str, object]],
    columns: list[str] | None = None,
    delimiter: str = ",",
) -> int:
    """Write ``records`` below a header row and return how many were written.

    The columns default to the keys of the first record, in their order. A record with an
    unknown key raises ValueError; a missing key leaves its cell empty.
    """
    rows = list(records)
    if columns is None:
        if not rows:
            raise ValueError("columns are needed when there are no records")
        columns = list(rows[0])
    for number, row in enumerate(rows, start=1):
        unknown = [key for key in row if key not in columns]
        if unknown:
            raise ValueError(f"record {number} has unknown columns: {', '.join(unknown)}")
    with open(path, "w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)
