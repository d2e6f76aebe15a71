"""Build and change URLs with query strings."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

Query = Mapping[str, Any]


def _pairs(query: Query) -> list[tuple[str, str]]:
    """Spell out the parameters: lists repeat, None vanishes, booleans are words."""
    pairs = []
    for name, value in query.items():
        values: Iterable[Any] = value if isinstance(value, (list, tuple)) else [value]
        for item in values:
            if isinstance(item, bool):
                pairs.append((name, str(item).lower()))
            elif item is not None:
                pairs.append((name, str(item)))
    return pairs


def build_url(base: str, *segments: str | int, query: Query | None = None) -> str:
    """Return ``base`` with escaped path segments and query parameters added.

    Raises ValueError if ``base`` is not an http or https address, or for a
    segment that would change the path ("", "." or "..").
    """
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ValueError(f"not an http address: {base!r}")
    path = parts.path
    for segment in map(str, segments):
        if segment in ("", ".", ".."):
            raise ValueError(f"bad path segment: {segment!r}")
        path = f"{path.rstrip('/')}/{quote(segment, safe='')}"
    url = urlunsplit(parts._replace(path=path))
    return update_query(url, query or {}, append=True)


def update_query(url: str, changes: Query, append: bool = False) -> str:
    """Return ``url`` with parameters replaced, or added when ``append`` is set.

    None removes a parameter (unless appending).  Other parameters stay as they
    are and the fragment is kept.
    """
    parts = urlsplit(url)
    old = parse_qsl(parts.query, keep_blank_values=True)
    if not append:
        old = [(name, value) for name, value in old if name not in changes]
    return urlunsplit(parts._replace(query=urlencode(old + _pairs(changes))))


def read_query(url: str) -> dict[str, list[str]]:
    """Return the parameters of ``url``, each with the list of its values."""
    result: dict[str, list[str]] = {}
    for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True):
        result.setdefault(name, []).append(value)
    return result
