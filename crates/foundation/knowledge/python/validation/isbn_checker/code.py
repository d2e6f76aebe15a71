"""Validate and convert International Standard Book Numbers."""

import re


def _clean(isbn: str) -> str:
    """Return ``isbn`` without an ISBN label, hyphens and spaces."""
    return re.sub(r"^ISBN(?:-1[03])?:?|[\s-]", "", isbn.strip().upper())


def _check_10(body: str) -> str:
    """Return the check character for the first nine digits of an ISBN-10."""
    total = sum(weight * int(digit) for weight, digit in zip(range(10, 1, -1), body))
    return "0123456789X"[-total % 11]


def _check_13(body: str) -> str:
    """Return the check digit for the first twelve digits of an ISBN-13."""
    total = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(body))
    return str(-total % 10)


def is_valid_isbn(isbn: str) -> bool:
    """Return whether ``isbn`` is an ISBN-10 or ISBN-13 with the right check character."""
    text = _clean(isbn)
    if re.fullmatch(r"[0-9]{9}[0-9X]", text):
        return _check_10(text[:9]) == text[9]
    if re.fullmatch(r"97[89][0-9]{10}", text):
        return _check_13(text[:12]) == text[12]
    return False


def to_isbn13(isbn: str) -> str:
    """Return the ISBN-13 of a valid ISBN, as digits only; raise ValueError otherwise."""
    if not is_valid_isbn(isbn):
        raise ValueError(f"not a valid ISBN: {isbn!r}")
    text = _clean(isbn)
    if len(text) == 13:
        return text
    body = "978" + text[:9]
    return body + _check_13(body)


def to_isbn10(isbn: str) -> str:
    """Return the ISBN-10 of a valid ISBN; raise ValueError when it is invalid or has none."""
    text = to_isbn13(isbn)
    if not text.startswith("978"):
        raise ValueError(f"{isbn!r} has no ISBN-10: only the prefix 978 has")
    return text[3:12] + _check_10(text[3:12])
