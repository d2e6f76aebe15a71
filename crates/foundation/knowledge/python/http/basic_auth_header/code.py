"""HTTP Authorization headers: basic authentication and bearer tokens."""

import base64
import binascii
import hmac


def basic_auth(user: str, password: str) -> str:
    """Return the value of an Authorization header for ``user`` and ``password``.

    Raises ValueError if the user name holds a colon or either one a control
    character, which the header cannot carry.
    """
    if ":" in user:
        raise ValueError("the user name must not contain a colon")
    if any(ord(char) < 32 or ord(char) == 127 for char in user + password):
        raise ValueError("control characters are not allowed")
    pair = f"{user}:{password}".encode("utf-8")
    return "Basic " + base64.b64encode(pair).decode("ascii")


def parse_basic_auth(header: str) -> tuple[str, str]:
    """Return ``(user, password)`` from the value of an Authorization header.

    Raises ValueError if it is not a valid basic authentication header.
    """
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        raise ValueError(f"not basic authentication: {scheme!r}")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("the credentials are not valid Base64 text") from None
    user, colon, password = text.partition(":")
    if not colon:
        raise ValueError("the credentials hold no colon")
    return user, password


def check_basic_auth(header: str | None, user: str, password: str) -> bool:
    """Tell whether ``header`` carries exactly these credentials."""
    try:
        given_user, given_password = parse_basic_auth(header or "")
    except ValueError:
        return False
    same_user = hmac.compare_digest(given_user.encode(), user.encode())
    same_password = hmac.compare_digest(given_password.encode(), password.encode())
    return same_user and same_password


def bearer_token(header: str | None) -> str | None:
    """Return the token of a ``Bearer`` header, or None if there is none."""
    scheme, _, token = (header or "").strip().partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None
