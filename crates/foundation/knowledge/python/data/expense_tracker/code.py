"""Expenses by category and month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Expense:
    """Money spent on a day."""

    day: date
    amount: Decimal
    category: str
    note: str = ""


class ExpenseTracker:
    """Expenses, with a budget for each category that has one."""

    def __init__(self) -> None:
        self.expenses: list[Expense] = []
        self._budgets: dict[str, Decimal] = {}

    def add(self, day: date, amount: str, category: str, note: str = "") -> Expense:
        """Record an expense; its amount must be positive."""
        value = Decimal(amount)
        if value <= 0:
            raise ValueError("an expense must be positive")
        expense = Expense(day, value, category, note)
        self.expenses.append(expense)
        return expense

    def between(self, first: date, last: date) -> list[Expense]:
        """Return the expenses of a time, both days included, by day."""
        found = [expense for expense in self.expenses if first <= expense.day <= last]
        return sorted(found, key=lambda expense: expense.day)

    def by_category(self, year: int | None = None, month: int | None = None) -> dict[str, Decimal]:
        """Return the total of each category, the largest first."""
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for expense in self.expenses:
            if year in (None, expense.day.year) and month in (None, expense.day.month):
                totals[expense.category] += expense.amount
        return dict(sorted(totals.items(), key=lambda pair: (-pair[1], pair[0])))

    def by_month(self) -> dict[str, Decimal]:
        """Return the total of each month, such as ``2024-05``, in order."""
        totals: dict[str, Decimal] = defaultdict(Decimal)
        for expense in self.expenses:
            totals[f"{expense.day:%Y-%m}"] += expense.amount
        return dict(sorted(totals.items()))

    def set_budget(self, category: str, amount: str) -> None:
        """Set what may be spent on a category each month."""
        self._budgets[category] = Decimal(amount)

    def left(self, category: str, year: int, month: int) -> Decimal | None:
        """Return what is left of a budget (negative if overspent), None without one."""
        if category not in self._budgets:
            return None
        spent = self.by_category(year, month).get(category, Decimal(0))
        return self._budgets[category] - spent
