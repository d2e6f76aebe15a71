"""Stock keeping with reservations."""

from dataclasses import dataclass


class OutOfStockError(Exception):
    """Raised when more is wanted than available; ``missing`` says how much."""

    def __init__(self, missing: dict[str, int]) -> None:
        super().__init__("not available: " + ", ".join(f"{n} x {s}" for s, n in missing.items()))
        self.missing = missing


@dataclass
class Article:
    """An article with its price in cents and how many there are."""

    sku: str
    name: str
    price_cents: int
    in_stock: int = 0
    reserved: int = 0

    def __post_init__(self) -> None:
        if self.price_cents < 0 or not 0 <= self.reserved <= self.in_stock:
            raise ValueError(f"impossible numbers for article {self.sku!r}")

    @property
    def available(self) -> int:
        """How many can still be sold."""
        return self.in_stock - self.reserved


class Inventory:
    """Articles by their stock keeping unit (SKU)."""

    def __init__(self) -> None:
        self._articles: dict[str, Article] = {}

    def add_article(self, article: Article) -> None:
        """Take up a new article; ValueError if its SKU is taken."""
        if article.sku in self._articles:
            raise ValueError(f"article {article.sku!r} exists already")
        self._articles[article.sku] = article

    def article(self, sku: str) -> Article:
        """Return the article; KeyError if there is none."""
        if sku not in self._articles:
            raise KeyError(f"unknown article {sku!r}")
        return self._articles[sku]

    def restock(self, sku: str, number: int) -> int:
        """Add goods and return the new stock."""
        article = self.article(sku)
        article.in_stock += _positive(number)
        return article.in_stock

    def reserve(self, order: dict[str, int]) -> None:
        """Set goods aside for an order, all or nothing."""
        lacking = {sku: _positive(n) - self.article(sku).available for sku, n in order.items()}
        missing = {sku: number for sku, number in lacking.items() if number > 0}
        if missing:
            raise OutOfStockError(missing)
        for sku, number in order.items():
            self._articles[sku].reserved += number

    def finish(self, order: dict[str, int], shipped: bool) -> None:
        """End a reservation: the goods leave (``shipped``) or become available."""
        for sku, number in order.items():
            if _positive(number) > self.article(sku).reserved:
                raise ValueError(f"only {self.article(sku).reserved} x {sku} are reserved")
        for sku, number in order.items():
            article = self._articles[sku]
            article.reserved -= number
            article.in_stock -= number if shipped else 0

    def low_stock(self, threshold: int) -> list[tuple[str, int]]:
        """Return (SKU, available) of what has fallen below ``threshold``, least first."""
        low = [(a.sku, a.available) for a in self._articles.values() if a.available < threshold]
        return sorted(low, key=lambda pair: (pair[1], pair[0]))

    def value_cents(self) -> int:
        """Return the value of everything in stock."""
        return sum(a.price_cents * a.in_stock for a in self._articles.values())


def _positive(number: int) -> int:
    if number < 1:
        raise ValueError(f"number must be at least 1, got {number}")
    return number
