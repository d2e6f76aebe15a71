from datetime import date

import pytest

from expense_tracker import ExpenseTracker


def test_by_category():
    tracker = ExpenseTracker()
    tracker.add(date(2024, 5, 2), "12.30", "food")
    tracker.add(date(2024, 5, 1), "800", "rent", "May")
    tracker.add(date(2024, 6, 1), "0.10", "food")
    assert list(tracker.by_category()) == ["rent", "food"]
    assert str(tracker.by_category()["food"]) == "12.40"
    assert str(tracker.by_category(2024, 6)["food"]) == "0.10"


def test_by_month():
    tracker = ExpenseTracker()
    tracker.add(date(2024, 5, 2), "12.30", "food")
    tracker.add(date(2024, 5, 1), "800", "rent", "May")
    tracker.add(date(2024, 6, 1), "0.10", "food")
    assert list(tracker.by_month()) == ["2024-05", "2024-06"]
    assert str(tracker.by_month()["2024-05"]) == "812.30"


def test_between():
    tracker = ExpenseTracker()
    tracker.add(date(2024, 5, 2), "12.30", "food")
    tracker.add(date(2024, 5, 1), "800", "rent", "May")
    tracker.add(date(2024, 6, 1), "0.10", "food")
    found = tracker.between(date(2024, 5, 1), date(2024, 5, 31))
    assert [expense.category for expense in found] == ["rent", "food"]


def test_budget():
    tracker = ExpenseTracker()
    tracker.add(date(2024, 5, 2), "12.30", "food")
    tracker.add(date(2024, 5, 1), "800", "rent", "May")
    tracker.add(date(2024, 6, 1), "0.10", "food")
    tracker.set_budget("food", "10")
    assert str(tracker.left("food", 2024, 5)) == "-2.30"
    assert str(tracker.left("food", 2024, 7)) == "10"
    assert tracker.left("rent", 2024, 5) is None


def test_refused():
    tracker = ExpenseTracker()
    tracker.add(date(2024, 5, 2), "12.30", "food")
    tracker.add(date(2024, 5, 1), "800", "rent", "May")
    tracker.add(date(2024, 6, 1), "0.10", "food")
    with pytest.raises(ValueError, match="must be positive"):
        tracker.add(date(2024, 5, 1), "0", "food")
    assert len(tracker.expenses) == 3
