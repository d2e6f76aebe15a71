"""Secrets hidden before text is logged."""

import re
from typing import Any

MASK = "***"
SECRET_NAME = re.compile(r"pass(word|wd|phrase)?$|secret|token|api[_-]?key|credential", re.I)
FIELD = re.compile(
    r"(?P<name>[\w-]*(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key)[\"']?)"
    r"(?P<sign>\s*[:=]\s*)(?P<value>\"[^\"]*\"|'[^']*'|[^\s,;&]+)",
    re.I,
)
BEARER = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
CARD = re.compile(r"\b(?:\d[ -]?){12,15}(\d{4})\b")


def mask_text(text: str) -> str:
    """Return ``text`` with the values of secret fields, tokens and card numbers masked."""
    text = BEARER.sub(lambda match: f"{match[1]} {MASK}", text)
    text = FIELD.sub(lambda match: match["name"] + match["sign"] + MASK, text)
    return CARD.sub(lambda match: f"{MASK}{match[1]}", text)


def mask_fields(value: Any) -> Any:
    """Return a copy of nested data in which the values under secret names are masked."""
    if isinstance(value, dict):
        return {
            key: MASK if SECRET_NAME.search(str(key)) else mask_fields(inner)
            for key, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return type(value)(mask_fields(inner) for inner in value)
    return value


def mask_value(value: str, visible: int = 4) -> str:
    """Return a mask that shows the last ``visible`` characters of a long enough value."""
    if visible <= 0 or len(value) < 2 * visible:
        return MASK
    return MASK + value[-visible:]
