"""Parse CSV text: quoted fields, embedded newlines and custom delimiters.

The grammar is that of RFC 4180 with three comforts: lines may end in CRLF, LF or CR, the
delimiter may be several characters long, and blank lines are ignored.
"""

import re

_NEWLINE = re.compile(r"\r\n|\n|\r")


class CsvError(ValueError):
    """The text is not well-formed CSV; the message says where and why."""

    def __init__(self, reason: str, text: str, position: int) -> None:
        breaks = list(_NEWLINE.finditer(text, 0, position))
        self.line = len(breaks) + 1
        self.column = position - (breaks[-1].end() if breaks else 0) + 1
        super().__init__(f"line {self.line}, column {self.column}: {reason}")


def parse_csv(text: str, delimiter: str = ",", quote: str = '"') -> list[list[str]]:
    """Return the rows of ``text``, each a list of its unquoted fields.

    Inside a quoted field a doubled quote stands for one quote, and delimiters and line
    breaks are data. Raise CsvError when a quoted field never ends, or when text follows its
    closing quote, and ValueError when ``delimiter`` or ``quote`` cannot be used.
    """
    if not delimiter or _NEWLINE.search(delimiter):
        raise ValueError("delimiter must not be empty or contain a line break")
    if len(quote) != 1 or quote in delimiter + "\r\n":
        raise ValueError("quote must be a single character that the delimiter does not contain")
    text = text.removeprefix("\ufeff")  # a byte order mark left by a spreadsheet program
    plain = re.compile(rf"(?:(?!{re.escape(delimiter)})[^\r\n])*")
    mark = re.escape(quote)
    quoted = re.compile(f"{mark}([^{mark}]*(?:{mark}{mark}[^{mark}]*)*){mark}")

    rows: list[list[str]] = []
    position = 0
    while position < len(text):
        blank = _NEWLINE.match(text, position)
        if blank:
            position = blank.end()
            continue
        row: list[str] = []
        rows.append(row)
        while True:
            if text.startswith(quote, position):
                field = quoted.match(text, position)
                if field is None:
                    raise CsvError("quoted field is never closed", text, position)
                row.append(field[1].replace(quote * 2, quote))
            else:
                field = plain.match(text, position)
                row.append(field[0])
            position = field.end()
            if not text.startswith(delimiter, position):
                break
            position += len(delimiter)
        if position < len(text):
            ending = _NEWLINE.match(text, position)
            if ending is None:
                raise CsvError(f"unexpected {text[position]!r} after a quote", text, position)
            position = ending.end()
    return rows


def parse_csv_dicts(text: str, delimiter: str = ",", quote: str = '"') -> list[dict[str, str]]:
    """Return one dictionary per record, keyed by the names in the first row.

    Raise ValueError for a repeated column name and for a record of the wrong length.
    """
    rows = parse_csv(text, delimiter, quote)
    if not rows:
        return []
    header, records = rows[0], rows[1:]
    repeated = sorted({name for name in header if header.count(name) > 1})
    if repeated:
        raise ValueError(f"repeated column names: {', '.join(repeated)}")
    for number, record in enumerate(records, start=1):
        if len(record) != len(header):
            raise ValueError(f"record {number} has {len(record)} fields, not {len(header)}")
    return [dict(zip(header, record)) for record in records]
