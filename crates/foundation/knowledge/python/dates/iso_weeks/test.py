from datetime import date

import pytest

from iso_weeks import parse_week, shift_week, week_days, week_label, weeks_in_year


def test_label_within_a_year():
    assert week_label(date(2024, 1, 31)) == "2024-W05"
    assert week_label(date(2024, 7, 1)) == "2024-W27"


def test_label_at_the_turn_of_the_year():
    assert week_label(date(2024, 12, 30)) == "2025-W01"
    assert week_label(date(2021, 1, 3)) == "2020-W53"
    assert week_label(date(2023, 1, 1)) == "2022-W52"


def test_parse_gives_the_monday():
    assert parse_week("2024-W05") == date(2024, 1, 29)
    assert parse_week(" 2025W01 ") == date(2024, 12, 30)
    assert parse_week("2020-W53") == date(2020, 12, 28)


@pytest.mark.parametrize("label", ["2024-05", "2024-W5", "2021-W53", "2024-W00", "0000-W01", "W05", ""])
def test_parse_refuses_other_text(label):
    with pytest.raises(ValueError, match="not an ISO week"):
        parse_week(label)


def test_days_of_a_week():
    assert week_days("2025-W01") == [
        date(2024, 12, 30), date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 2),
        date(2025, 1, 3), date(2025, 1, 4), date(2025, 1, 5),
    ]


def test_weeks_in_year():
    assert weeks_in_year(2020) == 53
    assert weeks_in_year(2024) == 52
    assert weeks_in_year(2026) == 53


def test_shift_across_years():
    assert shift_week("2024-W52", 1) == "2025-W01"
    assert shift_week("2021-W01", -1) == "2020-W53"
    assert shift_week("2024-W10", 0) == "2024-W10"
