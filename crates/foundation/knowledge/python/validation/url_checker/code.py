"""Validate web URLs."""

import re
from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.IGNORECASE)


def _host_problem(host: str, allow_private: bool) -> str | None:
    """Return what is wrong with a host name or IP address, or None."""
    if not host:
        return "the host is missing"
    try:
        public = ip_address(host).is_global
    except ValueError:
        labels = host.removesuffix(".").split(".")
        if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
            return f"malformed host {host!r}"
        if labels[-1].isdigit():
            return f"malformed IP address {host!r}"
        public = len(labels) > 1 and labels[-1] not in ("localhost", "local")
    return None if public or allow_private else f"host {host!r} is not public"


def url_problem(
    url: str, schemes: Collection[str] = ("http", "https"), allow_private: bool = True
) -> str | None:
    """Return what is wrong with ``url``, or None when it is valid."""
    if not url:
        return "the URL is empty"
    bad = re.search(r"[\x00-\x20\x7f<>\"\\^`{|}]", url)
    if bad:
        return f"character {bad[0]!r} is not allowed in a URL"
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme not in schemes:
        return f"scheme {parts.scheme!r} is not one of {', '.join(schemes)}"
    if port == 0:
        return "port 0 cannot be connected to"
    return _host_problem(parts.hostname or "", allow_private)


def is_valid_url(
    url: str, schemes: Collection[str] = ("http", "https"), allow_private: bool = True
) -> bool:
    """Return whether ``url`` is a valid absolute URL with one of the ``schemes``."""
    return url_problem(url, schemes, allow_private) is None


def ensure_url(url: str) -> str:
    """Return ``url`` without surrounding spaces; raise ValueError when it is not valid."""
    stripped = url.strip()
    problem = url_problem(stripped)
    if problem:
        raise ValueError(problem)
    return stripped
