from decimal import Decimal

import pytest

from money_rounding import format_money, round_money, split_by_weights, split_evenly, to_decimal


def test_halves_go_up_by_default():
    assert round_money("2.675") == Decimal("2.68")
    assert round_money("-2.675") == Decimal("-2.68")
    assert round_money("2.674999") == Decimal("2.67")
    assert str(round_money(5)) == "5.00"


def test_halves_to_even_and_other_digits():
    assert round_money("2.665", half_up=False) == Decimal("2.66")
    assert round_money("2.675", half_up=False) == Decimal("2.68")
    assert round_money("1234.5", digits=0) == Decimal("1235")
    assert round_money("0.00049", digits=3) == Decimal("0.000")


def test_what_counts_as_an_amount():
    assert to_decimal("12.30") == Decimal("12.30")
    with pytest.raises(TypeError, match="not 0.1"):
        to_decimal(0.1)
    with pytest.raises(TypeError, match="not True"):
        to_decimal(True)
    with pytest.raises(ValueError, match="not an amount: '1,5'"):
        to_decimal("1,5")
    with pytest.raises(ValueError, match="not an amount: 'NaN'"):
        to_decimal("NaN")


def test_even_shares_add_up():
    assert split_evenly("100", 3) == [Decimal("33.34"), Decimal("33.33"), Decimal("33.33")]
    assert split_evenly("-0.05", 2) == [Decimal("-0.03"), Decimal("-0.02")]
    assert split_evenly("0.01", 3) == [Decimal("0.01"), Decimal("0"), Decimal("0")]
    assert split_evenly("10", 3, digits=0) == [Decimal(4), Decimal(3), Decimal(3)]
    assert split_evenly("5", 1) == [Decimal("5")]


def test_weighted_shares_add_up():
    assert split_by_weights("100", [50, 30, 20]) == [Decimal(50), Decimal(30), Decimal(20)]
    assert split_by_weights("0.05", [0, 1, 1]) == [Decimal(0), Decimal("0.03"), Decimal("0.02")]
    assert sum(split_by_weights("99.99", [3, 5, 7, 11])) == Decimal("99.99")


def test_impossible_splits():
    with pytest.raises(ValueError, match="parts"):
        split_evenly("1", 0)
    with pytest.raises(ValueError, match="weights"):
        split_by_weights("1", [])
    with pytest.raises(ValueError, match="weights"):
        split_by_weights("1", [2, -1])
    with pytest.raises(ValueError, match="weights"):
        split_by_weights("1", [0, 0])
    with pytest.raises(ValueError, match="0.005 has more than 2 decimal places"):
        split_evenly("0.005", 2)


def test_formatting():
    assert format_money("1234567.891", "$") == "$1,234,567.89"
    assert format_money("-1234.5", "EUR ") == "-EUR 1,234.50"
    assert format_money(0) == "0.00"
    assert format_money("1500", "Y", digits=0) == "Y1,500"
