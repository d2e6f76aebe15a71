from datetime import date

import pytest

from month_arithmetic import (
    add_months,
    add_years,
    end_of_month,
    months_between,
    quarter_bounds,
    quarter_of,
)


def test_adding_months():
    assert add_months(date(2024, 1, 15), 1) == date(2024, 2, 15)
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert add_months(date(2024, 11, 30), 3) == date(2025, 2, 28)
    assert add_months(date(2024, 1, 31), 2) == date(2024, 3, 31)
    assert add_months(date(2024, 5, 5), 0) == date(2024, 5, 5)


def test_subtracting_months():
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 1), -13) == date(2022, 12, 1)


def test_adding_years():
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), -4) == date(2020, 2, 29)


def test_end_of_month():
    assert end_of_month(date(2024, 2, 10)) == date(2024, 2, 29)
    assert end_of_month(date(2100, 2, 1)) == date(2100, 2, 28)
    assert end_of_month(date(2024, 12, 31)) == date(2024, 12, 31)


def test_months_between():
    assert months_between(date(2024, 1, 15), date(2024, 3, 14)) == 1
    assert months_between(date(2024, 1, 15), date(2024, 3, 15)) == 2
    assert months_between(date(2024, 1, 31), date(2024, 2, 29)) == 1
    assert months_between(date(2023, 12, 1), date(2025, 1, 1)) == 13
    assert months_between(date(2024, 3, 15), date(2024, 1, 15)) == -2
    assert months_between(date(2024, 1, 1), date(2024, 1, 1)) == 0


def test_quarters():
    assert [quarter_of(date(2024, month, 1)) for month in (1, 3, 4, 9, 10, 12)] == [1, 1, 2, 3, 4, 4]
    assert quarter_bounds(date(2024, 2, 10)) == (date(2024, 1, 1), date(2024, 3, 31))
    assert quarter_bounds(date(2023, 1, 1)) == (date(2023, 1, 1), date(2023, 3, 31))
    assert quarter_bounds(date(2024, 6, 30)) == (date(2024, 4, 1), date(2024, 6, 30))
    assert quarter_bounds(date(2024, 8, 1)) == (date(2024, 7, 1), date(2024, 9, 30))
    assert quarter_bounds(date(2024, 12, 31)) == (date(2024, 10, 1), date(2024, 12, 31))


def test_dates_out_of_range():
    with pytest.raises(ValueError, match="0001-01-01 plus -1 months is out of range"):
        add_months(date(1, 1, 1), -1)
    with pytest.raises(ValueError, match="out of range"):
        add_years(date(9999, 1, 1), 1)
    assert add_months(date(9998, 12, 1), 12) == date(9999, 12, 1)
