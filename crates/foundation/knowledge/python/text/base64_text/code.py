"""Base64 for text, both alphabets."""

import base64
import binascii


def encode(text: str, url_safe: bool = False) -> str:
    """Return ``text`` (as UTF-8) in Base64; the URL-safe form has no padding."""
    data = text.encode("utf-8")
    if url_safe:
        return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
    return base64.b64encode(data).decode("ascii")


def decode(encoded: str) -> str:
    """Return the text of Base64 in either alphabet, padded or not."""
    plain = encoded.strip().replace("-", "+").replace("_", "/")
    plain += "=" * (-len(plain) % 4)
    try:
        return base64.b64decode(plain, validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(f"not Base64 text: {encoded!r}") from error


def is_encoded(text: str) -> bool:
    """Tell whether ``text`` decodes to text."""
    try:
        decode(text)
    except ValueError:
        return False
    return True
