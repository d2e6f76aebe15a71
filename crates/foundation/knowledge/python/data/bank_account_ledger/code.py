"""Bank accounts with a record of all transactions."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

CENT = Decimal("0.01")

Amount = Decimal | int | str


class InsufficientFundsError(Exception):
    """Raised when an account does not hold enough money."""


@dataclass(frozen=True)
class Transaction:
    """One movement of money; negative amounts leave the account."""

    amount: Decimal
    text: str


def money(amount: Amount) -> Decimal:
    """Return a positive amount in whole cents; ValueError for anything else."""
    if isinstance(amount, float):
        raise ValueError("floats are not exact, pass text or a Decimal")
    try:
        value = Decimal(amount)
        exact = value.is_finite() and value == value.quantize(CENT)
    except InvalidOperation:
        raise ValueError(f"not an amount of money: {amount!r}") from None
    if not exact or value <= 0:
        raise ValueError(f"not a positive amount in whole cents: {amount!r}")
    return value.quantize(CENT)


class Account:
    """An account whose balance may fall to minus ``overdraft``."""

    def __init__(self, owner: str, overdraft: Amount | None = None) -> None:
        if not owner.strip():
            raise ValueError("an account needs an owner")
        self.owner = owner
        self._overdraft = Decimal(0) if overdraft is None else money(overdraft)
        self._transactions: list[Transaction] = []

    @property
    def balance(self) -> Decimal:
        """The sum of all transactions."""
        return sum((entry.amount for entry in self._transactions), Decimal("0.00"))

    @property
    def available(self) -> Decimal:
        """How much can be withdrawn now."""
        return self.balance + self._overdraft

    def deposit(self, amount: Amount, text: str = "deposit") -> Decimal:
        """Put money in and return the new balance."""
        self._transactions.append(Transaction(money(amount), text))
        return self.balance

    def withdraw(self, amount: Amount, text: str = "withdrawal") -> Decimal:
        """Take money out and return the new balance."""
        value = money(amount)
        if value > self.available:
            raise InsufficientFundsError(f"{value} requested, {self.available} available")
        self._transactions.append(Transaction(-value, text))
        return self.balance

    def transfer(self, target: "Account", amount: Amount) -> None:
        """Move money to another account; if it fails nothing changes."""
        if target is self:
            raise ValueError("cannot transfer to the same account")
        self.withdraw(amount, f"to {target.owner}")
        target.deposit(amount, f"from {self.owner}")

    def add_interest(self, percent: Amount) -> Decimal:
        """Credit interest on a positive balance and return it, rounded to cents."""
        interest = (max(self.balance, 0) * Decimal(percent) / 100).quantize(CENT, ROUND_HALF_EVEN)
        if interest > 0:
            self.deposit(interest, f"interest {percent} %")
        return interest

    def statement(self) -> list[str]:
        """Return one line per transaction with the running balance."""
        lines, balance = [], Decimal("0.00")
        for entry in self._transactions:
            balance += entry.amount
            lines.append(f"{entry.text:<20} {entry.amount:>+12,.2f} {balance:>12,.2f}")
        return lines
