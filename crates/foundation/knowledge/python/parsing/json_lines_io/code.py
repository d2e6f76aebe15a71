"""Read and write files that hold one JSON value per line."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


def read_json_lines(path: str | Path) -> Iterator[Any]:
    """Yield the value on each line of the file, skipping blank lines.

    The file is read lazily and closed at the end. Raise ValueError, naming the line, for a
    line that is not JSON.
    """
    with open(path, encoding="utf-8") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(
                    f"{path}, line {number}, column {error.colno}: {error.msg}"
                ) from error


def write_json_lines(path: str | Path, values: Iterable[Any], append: bool = False) -> int:
    """Write each value on a line of its own and return how many were written.

    Every value is encoded before its line is written, so that a value which cannot be
    encoded never leaves half a line behind.
    """
    count = 0
    with open(path, "a" if append else "w", encoding="utf-8") as stream:
        for value in values:
            line = json.dumps(value, ensure_ascii=False, allow_nan=False)
            stream.write(line + "\n")
            count += 1
    return count
