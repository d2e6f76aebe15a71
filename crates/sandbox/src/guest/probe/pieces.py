"""Splits a large file into pieces that compile alone: an edit then costs the compilation of one of them.

A piece is one or more whole statements of the module, with the comments and empty lines behind them. Compiling a
file of 100 kB takes longer than most tests that try an edit of it.
"""

from __future__ import annotations
import __future__

import ast
import bisect

import _saraphina_probe_fuel as fuel

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from typing import Any

    from _saraphina_types import Edit

# Bytes of a file that is worth it, and of a piece at least.
LARGE = 6_000
LEAST = 1_500
FUTURE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


class Code:
    """The code of a module in one or more parts, and all of it in one where that is asked for."""

    __slots__ = ("parts", "whole")

    def __init__(self, parts: list[types.CodeType], whole: Callable[[], types.CodeType]) -> None:
        self.parts, self.whole = parts, whole

    def run(self, names: dict[str, Any]) -> None:
        for part in self.parts:
            exec(part, names)


class Pieces:
    """A file that edits are tried in."""

    def __init__(self, content: bytes, path: str) -> None:
        self.fueled = fuel.Fueled(content, path)
        self.code: Code | BaseException
        try:
            self.code = Code([self.fueled.code()], self.fueled.code)
        except fuel.BAD_TEXT as error:
            self.code = error
        self.content, self.path = content, path
        self.starts: list[int] = []
        self.pieces: list[fuel.Fueled] = []
        self.parts: list[types.CodeType] = []

    def split(self) -> None:
        """Makes ready for edits."""
        is_large = len(self.content) >= LARGE and fuel.is_placed(self.content)
        if self.pieces or not is_large or isinstance(self.code, BaseException):
            return
        flags = self.code.parts[0].co_flags & FUTURE
        self.starts = starts(self.content)
        self.lines = [self.content.count(b"\n", 0, start) for start in self.starts]
        ends = self.starts[1:] + [len(self.content)]
        for start, end, lines in zip(self.starts, ends, self.lines):
            piece = fuel.Fueled(b"\n" * lines + self.content[start:end], self.path, flags)
            self.pieces.append(piece)
            self.parts.append(piece.code())

    def edited(self, edits: list[Edit]) -> Code:
        """The code of the edited file: sorted edits. Raises for a text that does not compile."""

        def whole() -> types.CodeType:
            return self.fueled.edited(edits)

        of_pieces: dict[int, list[Edit]] = {}
        for start, end, text in edits:
            place = bisect.bisect_right(self.starts, start) - 1
            if place < 0 or not start <= end <= len(self.content) or end > self.end(place):
                return Code([whole()], whole)
            moved = self.lines[place] - self.starts[place]
            of_pieces.setdefault(place, []).append((start + moved, end + moved, text))
        parts = list(self.parts)
        for place, of_piece in of_pieces.items():
            parts[place] = self.pieces[place].edited(of_piece)
        return Code(parts, whole)

    def end(self, place: int) -> int:
        return self.starts[place + 1] if place + 1 < len(self.starts) else len(self.content)


def starts(content: bytes) -> list[int]:
    """Where pieces start. A text at the start of one would be the description of the module, so none does."""
    lines = [0]
    for line in content.split(b"\n"):
        lines.append(lines[-1] + len(line) + 1)
    found = [0]
    ended = 0
    for node in ast.parse(content).body:
        line = min([node.lineno] + [mark.lineno for mark in getattr(node, "decorator_list", ())])
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        start = lines[line - 1]
        if line > ended and not is_text and node.col_offset == 0 and start - found[-1] >= LEAST:
            found.append(start)
        ended = node.end_lineno or line
    return found
