"""Finds lists of the tests in which a comma is missing, so that two texts are one, from syntax trees alone.

Whoever splits a text over two lines on purpose has no room on one, puts it in brackets, or ends its lines.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

JOINED = "joined_texts"
# What a line has room for: a shorter text needs no second one.
ROOM = 79
# With fewer items it is a row of different things.
FEWEST = 4
DIGITS = re.compile(r"[0-9A-Fa-f]*")


def joined(tree: ast.Module) -> Iterator[int]:
    """Lines where such a text begins."""
    for node in every_node(tree):
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)) and len(node.elts) >= FEWEST:
            texts = [item for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            if len(texts) < len(node.elts):
                continue
            whole = {item.col_offset for item in texts if item.end_lineno == item.lineno}
            found = [item.lineno for item in texts if is_joined(item, whole)]
            # Where most are split, that is how the list is laid out.
            yield from found if 2 * len(found) < len(texts) else ()


def is_joined(item: ast.Constant, columns: set[int]) -> bool:
    """Tells whether a text of several lines has room on one; `columns`: where texts of one line begin beside it.

    A bracket before a text moves it away from there.
    """
    text = str(item.value)
    is_split = (item.end_lineno or item.lineno) > item.lineno and "\n" not in text and not DIGITS.fullmatch(text)
    return is_split and item.col_offset in columns and item.col_offset + len(text) + len('"",') <= ROOM
