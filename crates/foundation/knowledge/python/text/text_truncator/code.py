"""Shorten text without breaking it in ugly places."""

import re


def truncate(text: str, length: int, ellipsis: str = "...") -> str:
    """Return ``text`` in at most ``length`` characters, cut after a whole word if possible."""
    if length < len(ellipsis):
        raise ValueError("length must leave room for the ellipsis")
    if len(text) <= length:
        return text
    room = length - len(ellipsis)
    head = text[:room]
    if not text[room].isspace():
        words = re.match(r"(.*\S)\s", head, re.DOTALL)
        if words:
            head = words[1]
    return head.rstrip(" \t\n,;:-") + ellipsis


def truncate_middle(text: str, length: int, ellipsis: str = "...") -> str:
    """Return ``text`` in at most ``length`` characters, keeping its beginning and its end."""
    if length < len(ellipsis):
        raise ValueError("length must leave room for the ellipsis")
    if len(text) <= length:
        return text
    room = length - len(ellipsis)
    tail = room // 2
    return text[: room - tail] + ellipsis + text[len(text) - tail :]


def first_sentences(text: str, count: int = 1) -> str:
    """Return the first ``count`` sentences of ``text``.

    A sentence ends with a full stop, question mark or exclamation mark before a space and a
    capital, a digit or a quote, so "e.g. this" is not taken for an end.
    """
    if count < 1:
        raise ValueError("count must be at least 1")
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z0-9\"'(])", text.strip())
    return " ".join(sentences[:count])
