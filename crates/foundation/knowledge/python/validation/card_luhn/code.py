"""Check payment card numbers with the Luhn formula."""

import re

_NETWORKS = (
    ("American Express", re.compile(r"3[47]\d{13}")),
    ("Visa", re.compile(r"4(?:\d{12}|\d{15}|\d{18})")),
    ("Mastercard", re.compile(r"(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}")),
    ("Discover", re.compile(r"6(?:011\d{2}|5\d{4}|4[4-9]\d{3})\d{10}")),
)


def _digits(number: str) -> str:
    """Return the digits of ``number``; single spaces and hyphens between them are allowed."""
    if not re.fullmatch(r"[0-9]+(?:[ -][0-9]+)*", number.strip()):
        raise ValueError("a number may consist of digits, spaces and hyphens only")
    return re.sub(r"[^0-9]", "", number)


def luhn_check_digit(payload: str) -> int:
    """Return the digit to append to ``payload`` to make its Luhn sum a multiple of ten."""
    total = 0
    for position, digit in enumerate(reversed(_digits(payload))):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return -total % 10


def is_valid_card(number: str) -> bool:
    """Return whether ``number`` has 12 to 19 digits, of which the last is the right one."""
    try:
        digits = _digits(number)
    except ValueError:
        return False
    return 12 <= len(digits) <= 19 and luhn_check_digit(digits[:-1]) == int(digits[-1])


def card_network(number: str) -> str | None:
    """Return the network that issues such numbers, or None when it is not known."""
    digits = _digits(number)
    return next((name for name, pattern in _NETWORKS if pattern.fullmatch(digits)), None)


def mask_number(number: str, visible: int = 4) -> str:
    """Return ``number`` without separators, with all but the last digits as asterisks."""
    digits = _digits(number)
    hidden = max(0, len(digits) - visible)
    return "*" * hidden + digits[hidden:]
