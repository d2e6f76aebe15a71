"""ANSI colours for terminal output."""

import os
import re
from collections.abc import Mapping
from typing import TextIO

CODES = {
    "bold": 1,
    "dim": 2,
    "underline": 4,
    "red": 31,
    "green": 32,
    "yellow": 33,
    "blue": 34,
    "magenta": 35,
    "cyan": 36,
}
RESET = "\x1b[0m"
SEQUENCE = re.compile(r"\x1b\[[0-9;]*m")


def paint(text: str, *styles: str) -> str:
    """Return ``text`` wrapped in the escape sequences for ``styles``.

    Styles inside ``text`` are kept, and the outer ones go on after them.
    Raises ValueError for an unknown style.
    """
    try:
        start = "".join(f"\x1b[{CODES[style]}m" for style in styles)
    except KeyError as error:
        raise ValueError(f"unknown style {error}, choose from {sorted(CODES)}") from None
    if not start or not text:
        return text
    return start + text.replace(RESET, RESET + start) + RESET


def strip_colors(text: str) -> str:
    """Return ``text`` without colour and style sequences."""
    return SEQUENCE.sub("", text)


def use_color(stream: TextIO, environ: Mapping[str, str] | None = None) -> bool:
    """Decide whether to write colours to ``stream``.

    NO_COLOR wins over FORCE_COLOR; without both, colours go to terminals only,
    except to those that call themselves "dumb".
    """
    env = os.environ if environ is None else environ
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR"):
        return True
    return stream.isatty() and env.get("TERM") != "dumb"


class Painter:
    """Paints text only if the stream it was made for takes colours."""

    def __init__(self, stream: TextIO, environ: Mapping[str, str] | None = None) -> None:
        self.enabled = use_color(stream, environ)

    def paint(self, text: str, *styles: str) -> str:
        """Return ``text`` in ``styles`` if colours are enabled, else plain."""
        painted = paint(text, *styles)
        return painted if self.enabled else strip_colors(text)

    def error(self, text: str) -> str:
        """Return ``text`` as an error message."""
        return self.paint(text, "bold", "red")
