"""Compound interest, savings and loans in exact decimal arithmetic."""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

Number = Decimal | int | str


class Payment(NamedTuple):
    """One line of a repayment plan."""

    number: int
    interest: Decimal
    principal: Decimal
    balance: Decimal


def _cents(amount: Decimal) -> Decimal:
    """Return ``amount`` rounded to cents, halves away from zero."""
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _rate(yearly: Number, periods: int) -> Decimal:
    """Return the rate per period; refuse floats, which are not the number they show."""
    if isinstance(yearly, float):
        raise TypeError(f"give the rate as a string or a Decimal, not {yearly!r}")
    if periods < 1:
        raise ValueError("there must be at least one period in a year")
    if Decimal(yearly) < 0:
        raise ValueError("the rate must not be negative")
    return Decimal(yearly) / periods


def future_value(
    principal: Number, rate: Number, years: int, periods: int = 12, deposit: Number = 0
) -> Decimal:
    """Return what ``principal`` grows to, with a ``deposit`` at the end of each period.

    ``rate`` is the nominal rate per year, compounded ``periods`` times a year.
    """
    step = _rate(rate, periods)
    count = years * periods
    if count < 0:
        raise ValueError("years must not be negative")
    growth = (1 + step) ** count
    deposits = Decimal(deposit) * ((growth - 1) / step if step else count)
    return _cents(Decimal(principal) * growth + deposits)


def effective_rate(rate: Number, periods: int = 12) -> Decimal:
    """Return the yearly rate that a nominal ``rate`` amounts to, to six decimal places."""
    return ((1 + _rate(rate, periods)) ** periods - 1).quantize(Decimal("0.000001"))


def loan_payment(amount: Number, rate: Number, payments: int, periods: int = 12) -> Decimal:
    """Return the equal payment that pays off a loan in ``payments`` periods."""
    if payments < 1:
        raise ValueError("there must be at least one payment")
    step = _rate(rate, periods)
    if step == 0:
        return _cents(Decimal(amount) / payments)
    return _cents(Decimal(amount) * step / (1 - (1 + step) ** -payments))


def repayment_plan(
    amount: Number, rate: Number, payments: int, periods: int = 12
) -> list[Payment]:
    """Return each payment split into interest and principal; the last balance is zero."""
    regular = loan_payment(amount, rate, payments, periods)
    step = _rate(rate, periods)
    balance = _cents(Decimal(amount))
    plan: list[Payment] = []
    for number in range(1, payments + 1):
        interest = _cents(balance * step)
        principal = balance if number == payments else min(regular - interest, balance)
        balance -= principal
        plan.append(Payment(number, interest, principal, balance))
    return plan
