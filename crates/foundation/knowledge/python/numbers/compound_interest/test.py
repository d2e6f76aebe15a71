from decimal import Decimal

import pytest

from compound_interest import effective_rate, future_value, loan_payment, repayment_plan


def test_growth_of_a_single_amount():
    assert future_value(1000, "0.05", 10, periods=1) == Decimal("1628.89")
    assert future_value("1500", "0.043", 6, periods=4) == Decimal("1938.84")
    assert future_value(1000, "0.12", 1) == Decimal("1126.83")
    assert future_value(1000, "0.05", 0) == Decimal("1000.00")


def test_growth_with_deposits():
    assert future_value(0, "0.06", 1, deposit=100) == Decimal("1233.56")
    assert future_value(100, "0.10", 2, periods=1, deposit=10) == Decimal("142.00")
    assert future_value(100, 0, 1, deposit=10) == Decimal("220.00")


def test_effective_rate():
    assert effective_rate("0.12") == Decimal("0.126825")
    assert effective_rate("0.05", periods=1) == Decimal("0.050000")
    assert effective_rate(0) == Decimal("0")


def test_loan_payment():
    assert loan_payment(200_000, "0.06", 360) == Decimal("1199.10")
    assert loan_payment(1200, 0, 12) == Decimal("100.00")
    assert loan_payment(100, "0.10", 1, periods=1) == Decimal("110.00")


def test_repayment_plan():
    assert repayment_plan(1000, "0.12", 3) == [
        (1, Decimal("10.00"), Decimal("330.02"), Decimal("669.98")),
        (2, Decimal("6.70"), Decimal("333.32"), Decimal("336.66")),
        (3, Decimal("3.37"), Decimal("336.66"), Decimal("0.00")),
    ]


def test_repayment_plans_add_up():
    plan = repayment_plan("9999.99", "0.0725", 48)
    assert sum(payment.principal for payment in plan) == Decimal("9999.99")
    assert plan[-1].balance == 0
    assert [payment.principal for payment in repayment_plan("0.02", 0, 3)] == [
        Decimal("0.01"), Decimal("0.01"), Decimal("0.00"),
    ]


def test_bad_input():
    with pytest.raises(TypeError, match="not 0.05"):
        future_value(1000, 0.05, 1)
    with pytest.raises(ValueError, match="at least one period"):
        effective_rate("0.05", periods=0)
    with pytest.raises(ValueError, match="rate must not be negative"):
        future_value(1000, "-0.05", 1)
    with pytest.raises(ValueError, match="years"):
        future_value(1000, "0.05", -1)
    with pytest.raises(ValueError, match="at least one payment"):
        loan_payment(1000, "0.05", 0)
