"""What several strings begin or end with."""

from collections.abc import Iterable


def common_prefix(strings: Iterable[str]) -> str:
    """Return the longest beginning that all strings share."""
    known = list(strings)
    if not known:
        return ""
    first, last = min(known), max(known)
    for index, symbol in enumerate(first):
        if index >= len(last) or last[index] != symbol:
            return first[:index]
    return first


def common_suffix(strings: Iterable[str]) -> str:
    """Return the longest ending that all strings share."""
    return common_prefix([text[::-1] for text in strings])[::-1]


def without_prefix(strings: Iterable[str]) -> list[str]:
    """Return the strings without what all of them begin with."""
    known = list(strings)
    length = len(common_prefix(known))
    return [text[length:] for text in known]
