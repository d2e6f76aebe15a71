from datetime import date

import pytest

from leap_year import day_of_year, days_in_month, is_leap, leap_years, weekday


def test_rule_and_exceptions():
    assert [is_leap(year) for year in (2024, 2023, 1900, 2000)] == [True, False, False, True]


def test_range():
    assert leap_years(1896, 1912) == [1896, 1904, 1908, 1912]
    assert leap_years(2021, 2023) == []


def test_months():
    assert [days_in_month(2024, month) for month in (1, 2, 4)] == [31, 29, 30]
    assert days_in_month(2100, 2) == 28
    with pytest.raises(ValueError, match="no month 13"):
        days_in_month(2024, 13)


def test_day_of_the_year():
    assert day_of_year(date(2024, 12, 31)) == 366
    assert day_of_year(date(2023, 3, 1)) == 60


def test_weekday():
    assert weekday(date(2000, 1, 1)) == "Saturday"
