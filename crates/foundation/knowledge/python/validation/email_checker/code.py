"""Validate and normalise email addresses."""

import re

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MAX_LOCAL = 64
_MAX_TOTAL = 254


def _domain(text: str) -> str:
    """Return the domain in lower case; international names become their ASCII form."""
    try:
        domain = text.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise ValueError(f"malformed domain: {text!r}") from None
    labels = domain.split(".")
    if len(labels) < 2:
        raise ValueError("the domain needs at least one dot")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError(f"malformed domain: {text!r}")
    if labels[-1].isdigit():
        raise ValueError("the domain must not end in a number")
    return domain


def normalize_email(address: str) -> str:
    """Return ``address`` without surrounding spaces and with its domain in lower case.

    Raise ValueError, saying why, when it is not a usable address.
    """
    text = address.strip()
    local, at_sign, domain = text.rpartition("@")
    if not at_sign:
        raise ValueError("the @ is missing")
    if not local or not domain:
        raise ValueError("there must be text on both sides of the @")
    if not _LOCAL.fullmatch(local):
        raise ValueError(f"malformed part before the @: {local!r}")
    if len(local) > _MAX_LOCAL:
        raise ValueError(f"the part before the @ is longer than {_MAX_LOCAL} characters")
    result = f"{local}@{_domain(domain)}"
    if len(result) > _MAX_TOTAL:
        raise ValueError(f"the address is longer than {_MAX_TOTAL} characters")
    return result


def is_valid_email(address: str) -> bool:
    """Return whether ``address`` is a usable email address."""
    try:
        normalize_email(address)
    except ValueError:
        return False
    return True
