from decimal import Decimal

import pytest

from loan_schedule import monthly_payment, schedule, total_interest


def test_monthly_payment():
    assert str(monthly_payment(Decimal(200000), Decimal(6), 360)) == "1199.10"


def test_no_interest():
    assert str(monthly_payment(Decimal(100), Decimal(0), 3)) == "33.33"
    assert [str(payment.principal) for payment in schedule(Decimal(100), Decimal(0), 3)] == [
        "33.33",
        "33.33",
        "33.34",
    ]


def test_schedule():
    payments = schedule(Decimal(1000), Decimal(12), 3)
    assert [str(payment.interest) for payment in payments] == ["10.00", "6.70", "3.37"]
    assert str(payments[0].balance) == "669.98"
    assert str(payments[-1].balance) == "0.00"


def test_total_interest():
    assert str(total_interest(Decimal(1000), Decimal(12), 3)) == "20.07"


def test_refused():
    with pytest.raises(ValueError, match="must be positive"):
        monthly_payment(Decimal(0), Decimal(1), 12)
    assert len(schedule(Decimal(10), Decimal(1), 2)) == 2
