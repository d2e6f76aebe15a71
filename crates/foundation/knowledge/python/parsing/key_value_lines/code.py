"""Parse KEY=value lines, the format of environment files, into a dictionary."""

import re

_LINE = re.compile(
    r"""
    (?:export\s+)?                      # shells allow it, we ignore it
    (?P<key>[A-Za-z_][A-Za-z0-9_.]*)
    \s*=\s*
    (?: "(?P<double>(?:[^"\\]|\\.)*)"   # escapes are understood
      | '(?P<single>[^']*)'             # everything is literal
      | (?P<bare>[^"'\s#][^#]*)? )      # up to a comment
    \s*(?:\#.*)?
    """,
    re.VERBOSE,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}


def parse_pairs(text: str) -> dict[str, str]:
    """Return the pairs of ``text`` in order; a key that is repeated keeps its last value.

    Raise ValueError, naming the line, for a line that is not a pair, a comment or blank.
    """
    pairs: dict[str, str] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise ValueError(f"line {number}: expected KEY=value, found {line!r}")
        if match["double"] is not None:
            value = re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), match["double"])
        elif match["single"] is not None:
            value = match["single"]
        else:
            value = (match["bare"] or "").rstrip()
        pairs[match["key"]] = value
    return pairs
