"""Exact arithmetic with amounts of money."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation

Amount = Decimal | int | str


def to_decimal(amount: Amount) -> Decimal:
    """Return ``amount`` as a Decimal; raise TypeError for floats, ValueError for other text."""
    if isinstance(amount, (float, bool)):
        raise TypeError(f"give money as a string, an integer or a Decimal, not {amount!r}")
    try:
        value = Decimal(amount)
    except InvalidOperation:
        raise ValueError(f"not an amount: {amount!r}") from None
    if not value.is_finite():
        raise ValueError(f"not an amount: {amount!r}")
    return value


def round_money(amount: Amount, digits: int = 2, half_up: bool = True) -> Decimal:
    """Return ``amount`` with ``digits`` decimal places; halves go up or to the even digit."""
    mode = ROUND_HALF_UP if half_up else ROUND_HALF_EVEN
    return to_decimal(amount).quantize(Decimal(1).scaleb(-digits), rounding=mode)


def split_by_weights(total: Amount, weights: Sequence[int], digits: int = 2) -> list[Decimal]:
    """Return shares of ``total`` in proportion to ``weights`` that add up to it exactly.

    Cents left over by rounding go to the first shares, one each. Raise ValueError when the
    total itself is finer than a cent.
    """
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise ValueError("weights must not be negative, and one must be positive")
    whole = round_money(total, digits)
    if whole != to_decimal(total):
        raise ValueError(f"{total} has more than {digits} decimal places")
    cent = Decimal(1).scaleb(-digits)
    shares = [
        (whole * weight / sum(weights)).quantize(cent, rounding=ROUND_DOWN) for weight in weights
    ]
    step = cent.copy_sign(whole)
    receivers = [index for index, weight in enumerate(weights) if weight]
    for index in receivers[: int((whole - sum(shares)) / step)]:
        shares[index] += step
    return shares


def split_evenly(total: Amount, parts: int, digits: int = 2) -> list[Decimal]:
    """Return ``parts`` shares that differ by one cent at most and add up to ``total``."""
    if parts < 1:
        raise ValueError("parts must be at least 1")
    return split_by_weights(total, [1] * parts, digits)


def format_money(amount: Amount, symbol: str = "", digits: int = 2) -> str:
    """Return ``amount`` rounded, with thousands separated, such as ``-$1,234.50``."""
    value = round_money(amount, digits)
    return f"{'-' if value < 0 else ''}{symbol}{abs(value):,}"
