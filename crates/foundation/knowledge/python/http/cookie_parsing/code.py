"""Read, write and sign HTTP cookies."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
PLAIN = "!#$&'()*+-./:<=>?@[]^_`{|}~"


def parse_cookies(header: str) -> dict[str, str]:
    """Return the cookies of a Cookie header; the first of equal names wins."""
    cookies: dict[str, str] = {}
    for part in header.split(";"):
        name, equals, value = part.strip().partition("=")
        if equals and NAME.fullmatch(name):
            cookies.setdefault(name, unquote(value.strip().strip('"')))
    return cookies


@dataclass(frozen=True)
class Cookie:
    """One cookie to be set; ``max_age`` in seconds, None for the session."""

    name: str
    value: str
    max_age: int | None = None
    path: str = "/"
    secure: bool = True
    http_only: bool = True
    same_site: str = "Lax"

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise ValueError(f"bad cookie name: {self.name!r}")
        if self.same_site not in ("Strict", "Lax", "None"):
            raise ValueError(f"same_site must be Strict, Lax or None, got {self.same_site!r}")
        if self.same_site == "None" and not self.secure:
            raise ValueError("same_site None requires secure")
        if re.search(r"[;\x00-\x1f\x7f]", self.path):
            raise ValueError(f"bad cookie path: {self.path!r}")

    def header(self) -> str:
        """Return the value of a Set-Cookie header."""
        parts = [f"{self.name}={quote(self.value, safe=PLAIN)}"]
        if self.max_age is not None:
            parts.append(f"Max-Age={self.max_age}")
        parts.append(f"Path={self.path}")
        parts += ["Secure"] * self.secure + ["HttpOnly"] * self.http_only
        parts.append(f"SameSite={self.same_site}")
        return "; ".join(parts)


def sign(value: str, key: bytes) -> str:
    """Return ``value`` with a signature that ``unsign`` can check."""
    signature = hmac.new(key, value.encode("utf-8"), hashlib.sha256).hexdigest()
    return f"{value}.{signature}"


def unsign(signed: str, key: bytes) -> str:
    """Return the value of a signed text; ValueError if it was changed."""
    value = signed.rpartition(".")[0]
    if not hmac.compare_digest(sign(value, key).encode(), signed.encode()):
        raise ValueError("the signature does not match")
    return value
