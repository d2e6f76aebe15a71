from datetime import date

import pytest

from age_calculator import age_in_years, days_until_birthday, exact_age, next_birthday


def test_age_changes_on_the_birthday():
    assert age_in_years(date(1990, 6, 15), date(2024, 6, 14)) == 33
    assert age_in_years(date(1990, 6, 15), date(2024, 6, 15)) == 34
    assert age_in_years(date(1990, 6, 15), date(2024, 12, 1)) == 34
    assert age_in_years(date(2024, 1, 1), date(2024, 1, 1)) == 0


def test_leap_day_births():
    assert age_in_years(date(2000, 2, 29), date(2023, 2, 28)) == 22
    assert age_in_years(date(2000, 2, 29), date(2023, 3, 1)) == 23
    assert age_in_years(date(2000, 2, 29), date(2024, 2, 28)) == 23
    assert age_in_years(date(2000, 2, 29), date(2024, 2, 29)) == 24


def test_exact_age():
    assert exact_age(date(1990, 6, 15), date(2024, 6, 15)) == (34, 0, 0)
    assert exact_age(date(1990, 6, 15), date(2024, 6, 14)) == (33, 11, 30)
    assert exact_age(date(1990, 11, 20), date(2024, 2, 5)) == (33, 2, 16)
    assert exact_age(date(2024, 5, 5), date(2024, 5, 5)) == (0, 0, 0)


def test_exact_age_at_the_end_of_short_months():
    assert exact_age(date(2024, 1, 31), date(2024, 2, 29)) == (0, 1, 0)
    assert exact_age(date(2024, 1, 31), date(2024, 3, 1)) == (0, 1, 1)
    assert exact_age(date(2023, 1, 31), date(2023, 2, 27)) == (0, 0, 27)


def test_next_birthday():
    assert next_birthday(date(1990, 6, 15), date(2024, 6, 15)) == date(2024, 6, 15)
    assert next_birthday(date(1990, 6, 15), date(2024, 6, 16)) == date(2025, 6, 15)
    assert next_birthday(date(2000, 2, 29), date(2024, 3, 1)) == date(2025, 3, 1)
    assert next_birthday(date(2000, 2, 29), date(2024, 1, 1)) == date(2024, 2, 29)


def test_days_until_birthday():
    assert days_until_birthday(date(1990, 12, 25), date(2024, 12, 24)) == 1
    assert days_until_birthday(date(1990, 12, 25), date(2024, 12, 25)) == 0
    assert days_until_birthday(date(1990, 12, 25), date(2024, 12, 26)) == 364


def test_future_births_are_refused():
    with pytest.raises(ValueError, match="born on 2024-01-02, which lies after 2024-01-01"):
        age_in_years(date(2024, 1, 2), date(2024, 1, 1))
    with pytest.raises(ValueError, match="lies after"):
        exact_age(date(2024, 1, 2), date(2024, 1, 1))
    with pytest.raises(ValueError, match="lies after"):
        next_birthday(date(2024, 1, 2), date(2024, 1, 1))
