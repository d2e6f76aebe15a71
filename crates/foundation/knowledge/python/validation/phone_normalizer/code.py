"""Normalise phone numbers to the E.164 form, such as +442079460958."""

import re

_ALLOWED = re.compile(r"\+?[0-9(][0-9 ()./-]*")
_TRUNK_IN_BRACKETS = re.compile(r"\(0\)")


def normalize_phone(number: str, country_code: str, trunk_prefix: str = "0") -> str:
    """Return ``number`` as a plus sign followed by 7 to 15 digits.

    ``country_code`` and ``trunk_prefix`` are used for numbers in national form; pass an
    empty prefix for countries without one. Raise ValueError for anything that is not a
    phone number, including letters and extensions.
    """
    if not re.fullmatch(r"[1-9][0-9]{0,2}", country_code):
        raise ValueError(f"malformed country code: {country_code!r}")
    text = number.strip()
    if not _ALLOWED.fullmatch(text):
        raise ValueError(f"not a phone number: {number!r}")
    international = text.startswith(("+", "00"))
    if international:
        text = _TRUNK_IN_BRACKETS.sub("", text, count=1)
    digits = re.sub(r"[^0-9]", "", text)
    if international:
        digits = digits if text.startswith("+") else digits[2:]
    else:
        digits = country_code + digits.removeprefix(trunk_prefix)
    if not 7 <= len(digits) <= 15:
        raise ValueError(f"{number!r} has {len(digits)} digits, not 7 to 15")
    if digits.startswith("0"):
        raise ValueError(f"no country code begins with 0: {number!r}")
    return "+" + digits


def format_phone(number: str, country_code: str, group: int = 3) -> str:
    """Return ``number`` for reading: the country code, then groups of ``group`` digits.

    A single digit left over at the end joins the group before it.
    """
    if group < 2:
        raise ValueError("group must be at least 2")
    normal = normalize_phone(number, country_code)
    if not normal.startswith("+" + country_code):
        raise ValueError(f"{number!r} does not belong to country code {country_code}")
    national = normal[1 + len(country_code) :]
    groups = [national[start : start + group] for start in range(0, len(national), group)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2:] = [groups[-2] + groups[-1]]
    return " ".join(["+" + country_code, *groups])


def same_number(first: str, second: str, country_code: str) -> bool:
    """Return whether two spellings are the same number, seen from ``country_code``."""
    return normalize_phone(first, country_code) == normalize_phone(second, country_code)
