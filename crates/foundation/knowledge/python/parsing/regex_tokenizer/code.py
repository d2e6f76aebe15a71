"""Split text into tokens described by a table of regular expressions."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Token:
    """A piece of source text: its kind, its text and where it begins (counted from 1)."""

    kind: str
    text: str
    line: int
    column: int


def tokenize(
    source: str, kinds: Mapping[str, str], skip: Collection[str] = ()
) -> Iterator[Token]:
    """Yield the tokens of ``source``.

    ``kinds`` maps the name of each kind to its regular expression, which must not contain
    capturing groups; where several match, the first one in the mapping wins. Tokens whose
    kind is in ``skip`` are left out. Raise ValueError where nothing matches.
    """
    for kind, pattern in kinds.items():
        if re.compile(pattern).groups:
            raise ValueError(f"the pattern of {kind} contains a capturing group")
        if re.compile(pattern).match(""):
            raise ValueError(f"the pattern of {kind} matches nothing at all")
    scanner = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds.items()))
    position, line, line_start = 0, 1, 0
    while position < len(source):
        match = scanner.match(source, position)
        column = position - line_start + 1
        if match is None:
            raise ValueError(f"line {line}, column {column}: unexpected {source[position]!r}")
        text = match[0]
        if match.lastgroup is not None and match.lastgroup not in skip:
            yield Token(match.lastgroup, text, line, column)
        position = match.end()
        if "\n" in text:
            line += text.count("\n")
            line_start = match.start() + text.rindex("\n") + 1
