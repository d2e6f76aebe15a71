"""A shopping cart with exact totals."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


@dataclass
class Line:
    """An item of the cart."""

    price: Decimal
    quantity: int

    @property
    def total(self) -> Decimal:
        """The price of all pieces."""
        return self.price * self.quantity


class Cart:
    """Items with quantities, and the discounts on them."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}
        self._discounts: list[tuple[str, Decimal]] = []

    def add(self, name: str, price: str, quantity: int = 1) -> None:
        """Put pieces in; the price of an item that is there must be the same."""
        amount = Decimal(price)
        if quantity < 1 or amount < 0:
            raise ValueError("quantity must be positive, price not negative")
        line = self.lines.setdefault(name, Line(amount, 0))
        if line.price != amount:
            raise ValueError(f"{name} costs {line.price}")
        line.quantity += quantity

    def remove(self, name: str, quantity: int | None = None) -> None:
        """Take pieces out, all of them where no number is given."""
        if name not in self.lines:
            raise KeyError(name)
        line = self.lines[name]
        line.quantity -= line.quantity if quantity is None else quantity
        if line.quantity <= 0:
            del self.lines[name]

    def discount_percent(self, percent: str) -> None:
        """Take a percentage off."""
        if not 0 < Decimal(percent) <= 100:
            raise ValueError("a discount is between 0 and 100 percent")
        self._discounts.append(("percent", Decimal(percent)))

    def discount_amount(self, amount: str) -> None:
        """Take a fixed amount off."""
        self._discounts.append(("amount", Decimal(amount)))

    def subtotal(self) -> Decimal:
        """Return the sum before discounts."""
        return sum((line.total for line in self.lines.values()), Decimal(0))

    def total(self, tax_percent: str = "0") -> Decimal:
        """Return what is to be paid, in cents."""
        amount = self.subtotal()
        for kind, value in self._discounts:
            amount -= amount * value / 100 if kind == "percent" else value
        taxed = max(amount, Decimal(0)) * (1 + Decimal(tax_percent) / 100)
        return taxed.quantize(CENT, ROUND_HALF_UP)
