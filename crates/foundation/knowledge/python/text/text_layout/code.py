"""Lay out plain text: wrapping, indenting and framing."""

import re
import textwrap


def wrap_paragraphs(text: str, width: int = 72, split_long_words: bool = False) -> str:
    """Return ``text`` with each paragraph filled to lines of at most ``width`` characters.

    Blank lines separate paragraphs. A word longer than the width gets a line of its own,
    or is cut when ``split_long_words`` is set.
    """
    if width < 1:
        raise ValueError("width must be at least 1")
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return "\n\n".join(
        textwrap.fill(
            " ".join(paragraph.split()),
            width,
            break_long_words=split_long_words,
            break_on_hyphens=split_long_words,
        )
        for paragraph in paragraphs
    )


def indent_block(text: str, prefix: str = "    ", first: str | None = None) -> str:
    """Remove the indentation common to all lines, then put ``prefix`` before each.

    Blank lines stay empty. ``first`` replaces the prefix of the first line, which makes
    bullet points: ``indent_block(text, "  ", "- ")``.
    """
    lines = textwrap.dedent(text).splitlines()
    result = [f"{prefix}{line}" if line.strip() else "" for line in lines]
    if first is not None and lines:
        result[0] = first + lines[0]
    return "\n".join(result)


def box(text: str, title: str = "") -> str:
    """Return ``text`` inside a frame, with an optional ``title`` in the upper edge."""
    lines = text.splitlines() or [""]
    label = f" {title} " if title else ""
    width = max(len(label), *(len(line) + 2 for line in lines))
    body = [f"| {line.ljust(width - 2)} |" for line in lines]
    return "\n".join([f"+{label.ljust(width, '-')}+", *body, f"+{'-' * width}+"])
