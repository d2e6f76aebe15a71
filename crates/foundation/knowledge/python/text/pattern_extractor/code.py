"""Addresses, links and the like found in text."""

import re

PATTERNS = {
    "email": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "url": re.compile(r"https?://[^\s<>\"']+"),
    "hashtag": re.compile(r"(?<!\w)#(\w+)"),
    "mention": re.compile(r"(?<![\w.])@(\w+)"),
    "number": re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?"),
}


def extract(kind: str, text: str, unique: bool = False) -> list[str]:
    """Return all of a kind (``email``, ``url``, ``hashtag``, ``mention``, ``number``)."""
    if kind not in PATTERNS:
        raise ValueError(f"unknown kind: {kind}")
    found = [_trimmed(kind, match) for match in PATTERNS[kind].findall(text)]
    return list(dict.fromkeys(found)) if unique else found


def extract_emails(text: str) -> list[str]:
    """Return the e-mail addresses, each once."""
    return extract("email", text, unique=True)


def extract_urls(text: str) -> list[str]:
    """Return the links, each once."""
    return extract("url", text, unique=True)


def _trimmed(kind: str, found: str) -> str:
    if kind != "url":
        return found
    found = found.rstrip(".,;:!?")
    if found.endswith(")") and "(" not in found:
        found = found[:-1]
    return found
