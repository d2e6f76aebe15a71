"""Parse and build URL query strings such as ``tag=a&tag=b&q=two+words``."""

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote_plus, unquote_plus

_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


def _decode(text: str) -> str:
    """Undo percent-encoding; raise ValueError instead of guessing."""
    if _BAD_ESCAPE.search(text):
        raise ValueError(f"malformed percent escape in {text!r}")
    try:
        return unquote_plus(text, errors="strict")
    except UnicodeDecodeError:
        raise ValueError(f"{text!r} is not percent-encoded UTF-8") from None


def parse_query(query: str) -> dict[str, list[str]]:
    """Return every value of every key, in order; a leading ``?`` is allowed.

    A key without ``=`` has the empty string as its value.
    """
    values: dict[str, list[str]] = {}
    for part in query.removeprefix("?").split("&"):
        if part:
            key, _, value = part.partition("=")
            values.setdefault(_decode(key), []).append(_decode(value))
    return values


def first_value(query: str, key: str, default: str | None = None) -> str | None:
    """Return the first value of ``key``, or ``default`` when the key is absent."""
    return parse_query(query).get(key, [default])[0]


def build_query(values: Mapping[str, object]) -> str:
    """Return the query string for ``values``; a list or tuple repeats its key, None drops it."""
    pairs: list[str] = []
    for key, value in values.items():
        many: Iterable[object] = value if isinstance(value, (list, tuple)) else [value]
        pairs += [
            f"{quote_plus(key)}={quote_plus(str(item))}" for item in many if item is not None
        ]
    return "&".join(pairs)
