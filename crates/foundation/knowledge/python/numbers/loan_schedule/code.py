"""Loans with equal monthly payments."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True)
class Payment:
    """One month of a loan."""

    month: int
    interest: Decimal
    principal: Decimal
    balance: Decimal


def monthly_payment(amount: Decimal, yearly_percent: Decimal, months: int) -> Decimal:
    """Return the equal payment of each month, in cents."""
    if amount <= 0 or months < 1 or yearly_percent < 0:
        raise ValueError("amount and months must be positive, the rate not negative")
    rate = yearly_percent / 1200
    if rate == 0:
        return _cents(amount / months)
    return _cents(amount * rate / (1 - (1 + rate) ** -months))


def schedule(amount: Decimal, yearly_percent: Decimal, months: int) -> list[Payment]:
    """Return every payment; the last one settles what rounding left."""
    payment = monthly_payment(amount, yearly_percent, months)
    balance = amount
    made = []
    for month in range(1, months + 1):
        interest = _cents(balance * yearly_percent / 1200)
        principal = balance if month == months else min(payment - interest, balance)
        balance -= principal
        made.append(Payment(month, interest, principal, balance))
    return made


def total_interest(amount: Decimal, yearly_percent: Decimal, months: int) -> Decimal:
    """Return the interest paid over the whole time."""
    payments = schedule(amount, yearly_percent, months)
    return sum((payment.interest for payment in payments), Decimal(0))


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)
