"""Handle path names that come from outside."""

import os
import re
import unicodedata
from pathlib import Path

UNSAFE_CHARS = re.compile(r"[^\w.()\-]+")
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


class UnsafePathError(ValueError):
    """Raised when a path would leave its base directory."""


def safe_join(base: str | os.PathLike[str], *parts: str) -> Path:
    """Return ``base`` joined with ``parts``, guaranteed to be inside ``base``.

    '..' and links are followed, and the result must still be at or below the
    base.  The path need not exist.  Raises UnsafePathError otherwise.
    """
    for part in parts:
        if "\0" in part:
            raise UnsafePathError("path contains a null character")
        if os.path.isabs(part) or re.match(r"[A-Za-z]:|[\\/]", part):
            raise UnsafePathError(f"absolute path: {part!r}")
    root = Path(base).resolve()
    target = root.joinpath(*parts).resolve()
    if not target.is_relative_to(root):
        raise UnsafePathError(f"path leaves the base directory: {'/'.join(parts)!r}")
    return target


def safe_filename(name: str, fallback: str = "file", max_length: int = 100) -> str:
    """Return ``name`` reduced to a plain file name that every system accepts.

    Directories are dropped, other characters become '_', and ``fallback`` is
    returned if nothing usable is left.
    """
    last = re.split(r"[\\/]", name)[-1]
    cleaned = UNSAFE_CHARS.sub("_", unicodedata.normalize("NFC", last)).strip("._ ")
    if RESERVED.fullmatch(cleaned):
        cleaned = f"_{cleaned}"
    if len(cleaned) > max_length:
        stem, suffix = os.path.splitext(cleaned)
        suffix = suffix[:max_length]
        cleaned = stem[: max_length - len(suffix)] + suffix
    return cleaned or fallback
