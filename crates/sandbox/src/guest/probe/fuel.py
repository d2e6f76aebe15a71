"""Fuel: how many loops and calls a candidate may make before it is taken for endless.

Every function, loop and comprehension burns a tick. The ticks are put into the text once, as insertions at known
places; a candidate, which is a small edit of that text, is made of the text that has them already.
"""

from __future__ import annotations

import ast
import bisect
import builtins
import itertools
import operator
import os
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Iterable
    from typing import Any, NoReturn

    from _saraphina_types import Edit

TICK = "_saraphina_tick"
# How often code may swallow the end of its fuel before its process ends.
MOST_FIRINGS = 200
STUBBORN = 119
OPEN = f"({TICK}() or (".encode()
CLOSE = b"))"
STATEMENT = f"{TICK}(); ".encode()
LOOPING = re.compile(r"\b(?:for|while|def|lambda)\b")
BAD_TEXT = (SyntaxError, ValueError, OverflowError, RecursionError, MemoryError)


class OutOfFuel(BaseException):
    """Raised at every tick when the fuel is gone."""


class Empty:
    """What is behind the fuel; it never ends, so that nobody gets past it."""

    def __init__(self) -> None:
        self.fired = 0

    def __iter__(self) -> Empty:
        return self

    def __next__(self) -> NoReturn:
        self.fired += 1
        if self.fired > MOST_FIRINGS:
            os._exit(STUBBORN)
        raise OutOfFuel


class Tank:
    """The fuel of the case that runs."""

    def fill(self, amount: int) -> None:
        self.amount = amount
        self.left = itertools.repeat(None, amount)
        self.empty = Empty()
        setattr(builtins, TICK, itertools.chain(self.left, self.empty).__next__)

    def is_empty(self) -> bool:
        return self.empty.fired > 0

    def used(self) -> int:
        return self.amount - operator.length_hint(self.left)


class Marks:
    """Places of ticks in a text: groups of insertions that belong together."""

    def __init__(self, content: bytes, tree: ast.Module) -> None:
        self.starts = [0] + [match.end() for match in re.finditer(b"\n", content)]
        # (offset, 0 closes and 1 opens, order, text, group, whether it is a statement)
        self.found: list[tuple[int, int, int, bytes, int]] = []
        self.groups = 0
        self.visit(tree)
        self.found.sort(key=lambda mark: mark[:3])

    def visit(self, tree: ast.AST) -> None:
        pending = [tree]
        while pending:
            node = pending.pop()
            if isinstance(node, ast.JoinedStr):  # places in it are wrong before Python 3.12
                continue
            self.mark(node)
            pending.extend(reversed(list(ast.iter_child_nodes(node))))

    def mark(self, node: ast.AST) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.For, ast.AsyncFor)):
            self.enter(node.body)
        elif isinstance(node, ast.While):
            self.wrap(node.test)
        elif isinstance(node, ast.Lambda):
            self.wrap(node.body)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            self.wrap(node.key if isinstance(node, ast.DictComp) else node.elt)
            for generator in node.generators:
                if generator.ifs:
                    self.wrap(generator.ifs[0])

    def enter(self, body: list[ast.stmt]) -> None:
        """A tick before the first statement that can have one."""
        for node in body:
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if is_text or isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                continue
            if isinstance(node, (ast.If, ast.For, ast.AsyncFor)):
                self.wrap(node.test if isinstance(node, ast.If) else node.iter)
            elif isinstance(node, (ast.With, ast.AsyncWith)):
                self.wrap(node.items[0].context_expr)
            elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
                self.enter(getattr(node, "body"))  # noqa: B009, the type checker knows no `TryStar`
            elif isinstance(node, ast.Match):
                self.wrap(node.subject)
            elif not isinstance(node, ast.While):  # that one burns by itself
                self.insert(((self.at(node.lineno, node.col_offset), 1, STATEMENT),))
            return

    def wrap(self, node: ast.expr) -> None:
        start = self.at(node.lineno, node.col_offset)
        end = self.at(node.end_lineno, node.end_col_offset)
        if not isinstance(node, ast.JoinedStr):
            self.insert(((start, 1, OPEN), (end, 0, CLOSE)))

    def at(self, line: Any, column: Any) -> int:
        offset: int = self.starts[line - 1] + column
        return offset

    def insert(self, points: Iterable[tuple[int, int, bytes]]) -> None:
        self.groups += 1
        for offset, opens, text in points:
            order = self.groups if opens else -self.groups
            self.found.append((offset, opens, order, text, self.groups))


class Fueled:
    """A text with ticks, and where each of its bytes went."""

    def __init__(self, content: bytes, path: str, flags: int = 0) -> None:
        self.plain = content
        self.path, self.flags = path, flags
        self.error = None
        self.marks = []
        self.content = content
        try:
            tree = ast.parse(content, path)
            if is_placed(content):
                self.marks = Marks(content, tree).found
        except BAD_TEXT as error:
            self.error = error
            return
        pieces, done = [], 0
        for offset, _, _, text, _ in self.marks:
            pieces += [content[done:offset], text]
            done = offset
        self.content = b"".join(pieces) + content[done:]
        self.offsets = [mark[0] for mark in self.marks]
        self.grown = list(itertools.accumulate((len(mark[3]) for mark in self.marks), initial=0))

    def code(self) -> types.CodeType:
        """The code with ticks; without them where they do not fit. Raises for a text that does not compile."""
        if self.error is not None:
            raise self.error
        try:
            return self.compiled(self.content)
        except BAD_TEXT:
            return self.compiled(self.plain)

    def compiled(self, content: bytes) -> types.CodeType:
        code: types.CodeType = compile(content, self.path, "exec", self.flags, dont_inherit=True)
        return code

    def edited(self, edits: list[Edit]) -> types.CodeType:
        """The code of an edited text: sorted edits of the plain one. Raises for a text that does not compile."""
        if self.error is None and not any(LOOPING.search(text) for _, _, text in edits):
            content = self.carry_over(edits)
            if content is not None:
                try:
                    return self.compiled(content)
                except BAD_TEXT:  # perhaps only with the ticks
                    pass
        return Fueled(edit(self.plain, edits), self.path, self.flags).code()

    def carry_over(self, edits: list[Edit]) -> bytes | None:
        """The text with ticks, edited; nothing where an edit and a tick are in each other's way."""
        pieces, done = [], 0
        for start, end, text in edits:
            places = self.places(start, end, text)
            if places is None:
                return None
            pieces += [self.content[done : places[0]], text.encode("utf-8", "surrogatepass")]
            done = places[1]
        return b"".join(pieces) + self.content[done:]

    def places(self, start: int, end: int, text: str) -> tuple[int, int] | None:
        """Finds where a stretch of the plain text lies in the one with ticks."""
        first = bisect.bisect_left(self.offsets, start)
        behind_start = bisect.bisect_right(self.offsets, start)
        last = bisect.bisect_left(self.offsets, end)
        behind_end = bisect.bisect_right(self.offsets, end)
        at_start = self.marks[first:behind_start]
        closes = [mark for mark in at_start if not mark[1]]
        if start == end:
            if closes and len(closes) < len(at_start):
                return None
            if closes or ("\n" in text and any(mark[3] is STATEMENT for mark in at_start)):
                return (start + self.grown[first],) * 2
            return (start + self.grown[behind_start],) * 2
        if closes or any(mark[1] for mark in self.marks[last:behind_end]):
            return None
        inside = [mark[4] for mark in self.marks[behind_start:last]]
        if any(inside.count(mark[4]) < 2 and mark[3] is not STATEMENT for mark in self.marks[behind_start:last]):
            return None
        return start + self.grown[behind_start], end + self.grown[last]


def is_placed(content: bytes) -> bool:
    """Tells whether bytes are counted as the syntax tree counts them."""
    if b"\r" in content or b"\f" in content or content.startswith(b"\xef\xbb\xbf"):
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"coding" not in b"".join(content.split(b"\n", 2)[:2])


def edit(content: bytes, edits: Iterable[Edit]) -> bytes:
    pieces, done = [], 0
    for start, end, text in edits:
        if not done <= start <= end <= len(content):
            raise ValueError("an edit outside of the file")
        pieces += [content[done:start], text.encode("utf-8", "surrogatepass")]
        done = end
    return b"".join(pieces) + content[done:]
