"""Validate and format international bank account numbers."""

import re

_LENGTHS = {
    "AT": 20, "BE": 16, "CH": 21, "CZ": 24, "DE": 22, "DK": 18, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GR": 27, "IE": 22, "IT": 27, "LU": 20, "NL": 18, "NO": 15,
    "PL": 28, "PT": 25, "SE": 24,
}
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


def _clean(iban: str) -> str:
    """Return ``iban`` in capitals and without spaces."""
    return re.sub(r"\s", "", iban).upper()


def _remainder(text: str) -> int:
    """Return the remainder modulo 97, with the first four characters moved to the end."""
    rotated = text[4:] + text[:4]
    return int("".join(str(int(character, 36)) for character in rotated)) % 97


def is_valid_iban(iban: str) -> bool:
    """Return whether form, length for the country and check digits of ``iban`` are right."""
    text = _clean(iban)
    if not _IBAN.fullmatch(text):
        return False
    return _LENGTHS.get(text[:2], len(text)) == len(text) and _remainder(text) == 1


def format_iban(iban: str) -> str:
    """Return a valid ``iban`` in groups of four; raise ValueError for an invalid one."""
    if not is_valid_iban(iban):
        raise ValueError(f"not a valid IBAN: {iban!r}")
    text = _clean(iban)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def make_iban(country: str, account: str) -> str:
    """Return the IBAN for a national ``account`` number, with its check digits computed."""
    draft = _clean(f"{country}00{account}")
    if not _IBAN.fullmatch(draft) or _LENGTHS.get(draft[:2], len(draft)) != len(draft):
        raise ValueError(f"not an account number of {country}: {account!r}")
    return f"{draft[:2]}{98 - _remainder(draft):02d}{draft[4:]}"
