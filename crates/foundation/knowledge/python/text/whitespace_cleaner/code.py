"""Text without stray whitespace."""

import re

INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff]")


def collapse(text: str) -> str:
    """Return ``text`` as one line with single blanks."""
    return " ".join(INVISIBLE.sub("", text).split())


def tidy_lines(text: str, tab_width: int = 4) -> str:
    """Return ``text`` without trailing blanks, tabs and repeated empty lines."""
    lines = [line.expandtabs(tab_width).rstrip() for line in INVISIBLE.sub("", text).splitlines()]
    tidy: list[str] = []
    for line in lines:
        if line or (tidy and tidy[-1]):
            tidy.append(line)
    while tidy and not tidy[-1]:
        tidy.pop()
    return "\n".join(tidy)


def remove_blank_lines(text: str) -> str:
    """Return ``text`` without its empty lines."""
    return "\n".join(line for line in text.splitlines() if line.strip())


def remove_whitespace(text: str) -> str:
    """Return ``text`` without any whitespace."""
    return "".join(INVISIBLE.sub("", text).split())
