from datetime import date

import pytest

from date_parsing import parse_date


def test_year_first():
    assert parse_date("2024-05-01") == date(2024, 5, 1)
    assert parse_date("2024/12/31", day_first=False) == date(2024, 12, 31)
    assert parse_date("20240229") == date(2024, 2, 29)


def test_numeric_order_is_chosen_by_the_caller():
    assert parse_date("3/4/2024") == date(2024, 4, 3)
    assert parse_date("3/4/2024", day_first=False) == date(2024, 3, 4)
    assert parse_date("01.05.2024") == date(2024, 5, 1)


def test_month_names():
    assert parse_date("1 May 2024") == date(2024, 5, 1)
    assert parse_date("  May  1, 2024 ") == date(2024, 5, 1)
    assert parse_date("22nd Feb. 2024") == date(2024, 2, 22)
    assert parse_date("SEPT 3rd 2024") == date(2024, 9, 3)
    assert parse_date("31 december, 1999") == date(1999, 12, 31)


def test_relative_words():
    today = date(2024, 2, 28)
    assert parse_date("Today", today=today) == date(2024, 2, 28)
    assert parse_date("tomorrow", today=today) == date(2024, 2, 29)
    assert parse_date("yesterday", today=today) == date(2024, 2, 27)
    with pytest.raises(ValueError, match="unknown date format: 'today'"):
        parse_date("today")


@pytest.mark.parametrize("text", ["", "soon", "2024-05", "2024-05/01", "1.2/2024", "1/2/24", "5 2024"])
def test_unknown_formats(text):
    with pytest.raises(ValueError, match="unknown date format"):
        parse_date(text)


@pytest.mark.parametrize("text", ["2023-02-29", "31/04/2024", "1 Foo 2024", "May 32, 2024", "0000-01-01"])
def test_dates_that_do_not_exist(text):
    with pytest.raises(ValueError, match="no such date"):
        parse_date(text)
