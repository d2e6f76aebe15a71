"""Make URL-friendly slugs out of titles."""

import re
import unicodedata
from collections.abc import Collection

_EXTRA = str.maketrans(
    {"\u00df": "ss", "\u00e6": "ae", "\u00f8": "o", "\u0153": "oe", "\u0142": "l"}
)


def slugify(title: str, separator: str = "-", max_length: int | None = None) -> str:
    """Return ``title`` in lower-case ASCII letters and digits, joined by ``separator``.

    A slug longer than ``max_length`` loses whole words from its end; only a single word that
    is too long is cut.
    """
    if max_length is not None and max_length < 1:
        raise ValueError("max_length must be at least 1")
    lowered = title.lower().translate(_EXTRA)
    plain = unicodedata.normalize("NFKD", lowered).encode("ascii", "ignore").decode("ascii")
    words = re.findall(r"[a-z0-9]+", plain.replace("'", ""))
    slug = separator.join(words)
    if max_length is None:
        return slug
    while len(words) > 1 and len(slug) > max_length:
        words.pop()
        slug = separator.join(words)
    return slug[:max_length]


def unique_slug(title: str, taken: Collection[str]) -> str:
    """Return the slug of ``title``, numbered from 2 on when it is already ``taken``."""
    base = slugify(title)
    if not base:
        raise ValueError(f"{title!r} has no letters or digits to make a slug of")
    slug = base
    number = 2
    while slug in taken:
        slug = f"{base}-{number}"
        number += 1
    return slug
