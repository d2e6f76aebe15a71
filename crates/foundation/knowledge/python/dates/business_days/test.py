from datetime import date

import pytest

from business_days import add_business_days, count_business_days, is_business_day

CHRISTMAS = [date(2024, 12, 25), date(2024, 12, 26)]


def test_weekends_and_holidays_are_no_business_days():
    assert is_business_day(date(2024, 5, 3)) is True
    assert is_business_day(date(2024, 5, 4)) is False
    assert is_business_day(date(2024, 5, 5)) is False
    assert is_business_day(date(2024, 12, 25), CHRISTMAS) is False


def test_adding_skips_weekends_and_holidays():
    assert add_business_days(date(2024, 5, 3), 1) == date(2024, 5, 6)
    assert add_business_days(date(2024, 5, 1), 10) == date(2024, 5, 15)
    assert add_business_days(date(2024, 12, 24), 1, CHRISTMAS) == date(2024, 12, 27)
    assert add_business_days(date(2024, 5, 4), 1) == date(2024, 5, 6)


def test_going_back_and_standing_still():
    assert add_business_days(date(2024, 5, 6), -1) == date(2024, 5, 3)
    assert add_business_days(date(2024, 12, 27), -1, CHRISTMAS) == date(2024, 12, 24)
    assert add_business_days(date(2024, 5, 4), 0) == date(2024, 5, 4)


def test_counting_excludes_the_end():
    assert count_business_days(date(2024, 5, 6), date(2024, 5, 13)) == 5
    assert count_business_days(date(2024, 5, 3), date(2024, 5, 7)) == 2
    assert count_business_days(date(2024, 5, 4), date(2024, 5, 6)) == 0
    assert count_business_days(date(2024, 1, 1), date(2025, 1, 1)) == 262
    assert count_business_days(date(2024, 5, 6), date(2024, 5, 6)) == 0


def test_counting_with_holidays():
    assert count_business_days(date(2024, 12, 23), date(2024, 12, 30), CHRISTMAS) == 3
    holidays = [date(2024, 12, 25), date(2024, 12, 25), date(2024, 12, 28), date(2025, 1, 1)]
    assert count_business_days(date(2024, 12, 23), date(2025, 1, 1), holidays) == 6
    assert count_business_days(date(2024, 12, 25), date(2024, 12, 30), CHRISTMAS) == 1


def test_other_weekend():
    friday_saturday = {4, 5}
    assert is_business_day(date(2024, 5, 5), weekend=friday_saturday) is True
    assert add_business_days(date(2024, 5, 2), 1, weekend=friday_saturday) == date(2024, 5, 5)
    assert count_business_days(date(2024, 5, 1), date(2024, 5, 15), weekend={6}) == 12
    assert count_business_days(date(2024, 5, 5), date(2024, 5, 7), weekend={0}) == 1


def test_impossible_input():
    with pytest.raises(ValueError, match="at least one business day"):
        add_business_days(date(2024, 5, 1), 1, weekend=range(7))
    with pytest.raises(ValueError, match="end lies before start"):
        count_business_days(date(2024, 5, 2), date(2024, 5, 1))
