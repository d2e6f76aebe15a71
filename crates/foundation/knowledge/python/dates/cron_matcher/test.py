from datetime import datetime

import pytest

from cron_matcher import parse


def test_steps_and_ranges():
    cron = parse("*/15 9-17 * * 1-5")
    monday = datetime(2024, 5, 6)
    assert cron.matches(monday.replace(hour=9, minute=45)) is True
    assert cron.matches(monday.replace(hour=9, minute=50)) is False
    assert cron.matches(monday.replace(hour=18, minute=0)) is False
    assert cron.matches(datetime(2024, 5, 5, 9, 45)) is False


def test_lists_and_sunday_as_seven():
    assert sorted(parse("1,5,10-12 * * * *").minutes) == [1, 5, 10, 11, 12]
    assert sorted(parse("0 0 * * 7").weekdays) == [0]


def test_day_or_weekday():
    cron = parse("0 0 13 * 5")
    assert cron.matches(datetime(2024, 5, 13)) is True
    assert cron.matches(datetime(2024, 5, 10)) is True
    assert cron.matches(datetime(2024, 5, 14)) is False


def test_next_run():
    after = parse("30 8 1 * *").next_after(datetime(2024, 5, 1, 8, 30, 20))
    assert after.isoformat() == "2024-06-01T08:30:00"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("* * * *", "4 fields instead of 5"),
        ("60 * * * *", "out of range: 60"),
        ("a * * * *", "unknown field: a"),
        ("*/0 * * * *", "out of range"),
    ],
)
def test_refused(text, message):
    with pytest.raises(ValueError, match=message):
        parse(text)


def test_never():
    with pytest.raises(ValueError, match="within a year"):
        parse("0 0 31 2 *").next_after(datetime(2024, 1, 1))
