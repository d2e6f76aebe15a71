"""UUIDs checked and normalised."""

import re
import uuid

CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def is_uuid(text: str, version: int | None = None) -> bool:
    """Tell whether ``text`` is a UUID in canonical form, of a version if one is given."""
    if not CANONICAL.fullmatch(text.lower()):
        return False
    return version is None or uuid.UUID(text).version == version


def normalise(text: str) -> str:
    """Return the canonical form; braces, the urn form and missing hyphens are understood."""
    try:
        return str(uuid.UUID(text.strip()))
    except ValueError:
        raise ValueError(f"not a UUID: {text!r}") from None


def version_of(text: str) -> int | None:
    """Return the version, None where the UUID has none."""
    return uuid.UUID(normalise(text)).version


def for_name(name: str, url: bool = False) -> str:
    """Return the UUID (version 5) of a domain name or URL; equal names give equal ones."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL if url else uuid.NAMESPACE_DNS, name))
