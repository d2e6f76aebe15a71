"""Take URLs apart and put them together again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443, "ftp": 21}


@dataclass(frozen=True)
class UrlParts:
    """The parts of an absolute URL; ``query`` and ``fragment`` are without their mark."""

    scheme: str
    host: str
    port: int | None = None
    path: str = ""
    query: str = ""
    fragment: str = ""

    @property
    def effective_port(self) -> int | None:
        """The port to connect to: the one given, else the default of the scheme."""
        return self.port if self.port is not None else _DEFAULT_PORTS.get(self.scheme)

    @property
    def origin(self) -> str:
        """Scheme, host and port, leaving out a port that is the default."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        if self.port is None or self.port == _DEFAULT_PORTS.get(self.scheme):
            return f"{self.scheme}://{host}"
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def segments(self) -> list[str]:
        """The non-empty segments of the path."""
        return [segment for segment in self.path.split("/") if segment]

    def with_changes(self, **changes: str | int | None) -> UrlParts:
        """Return a copy with some fields replaced; raise TypeError for an unknown field."""
        return replace(self, **changes)

    def __str__(self) -> str:
        path = self.path if self.path.startswith("/") or not self.path else "/" + self.path
        query = f"?{self.query}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.origin}{path}{query}{fragment}"


def parse_url(url: str) -> UrlParts:
    """Return the parts of the absolute ``url``.

    Raise ValueError when scheme or host are missing, when the port is not a port, and when
    the URL carries a user name or password.
    """
    parts = urlsplit(url.strip())
    if not parts.scheme or not parts.hostname:
        raise ValueError(f"not an absolute URL: {url!r}")
    if "@" in parts.netloc:
        raise ValueError("credentials in a URL are not accepted")
    return UrlParts(
        parts.scheme, parts.hostname, parts.port, parts.path, parts.query, parts.fragment
    )
