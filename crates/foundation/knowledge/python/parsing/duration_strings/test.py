from datetime import timedelta

import pytest

from duration_strings import format_duration, parse_duration


def test_single_units():
    assert parse_duration("90s") == timedelta(seconds=90)
    assert parse_duration("250ms") == timedelta(milliseconds=250)
    assert parse_duration("2w") == timedelta(days=14)
    assert parse_duration("0s") == timedelta(0)


def test_combined_units():
    assert parse_duration("1h30m") == timedelta(minutes=90)
    assert parse_duration(" 1W 2 d 3h4m 5s6ms ") == timedelta(
        weeks=1, days=2, hours=3, minutes=4, seconds=5, milliseconds=6
    )


def test_signs_and_fractions():
    assert parse_duration("-1h30m") == timedelta(minutes=-90)
    assert parse_duration("+1.5h") == timedelta(minutes=90)
    assert parse_duration("0.1s") == timedelta(microseconds=100_000)


@pytest.mark.parametrize("text", ["", "-", "90", "1h30", "h", "1x", "1m1h", "1h1h", "1,5h", "--1s", "1ms1s"])
def test_text_that_is_not_a_duration(text):
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


def test_format():
    assert format_duration(timedelta(minutes=90)) == "1h30m"
    assert format_duration(timedelta(weeks=1, seconds=1, milliseconds=5)) == "7d1s5ms"
    assert format_duration(timedelta(seconds=-90)) == "-1m30s"


def test_format_of_next_to_nothing():
    assert format_duration(timedelta(0)) == "0s"
    assert format_duration(timedelta(microseconds=999)) == "0s"
    assert format_duration(timedelta(microseconds=-999)) == "0s"


def test_format_and_parse_are_inverse():
    assert parse_duration(format_duration(timedelta(days=3, milliseconds=1))) == timedelta(
        days=3, milliseconds=1
    )
