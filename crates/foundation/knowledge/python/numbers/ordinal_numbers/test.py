import pytest

from ordinal_numbers import grouped, ordinal, short


def test_suffixes():
    assert [ordinal(number) for number in (0, 1, 2, 3, 4, 21, 102)] == [
        "0th",
        "1st",
        "2nd",
        "3rd",
        "4th",
        "21st",
        "102nd",
    ]


def test_teens():
    assert [ordinal(number) for number in (11, 12, 13, 111)] == ["11th", "12th", "13th", "111th"]


def test_separators():
    assert grouped(1234567) == "1,234,567"
    assert grouped(1234567, " ") == "1 234 567"


def test_short_form():
    assert [short(number) for number in (999, 1200, 3_000_000, -2500)] == [
        "999",
        "1.2k",
        "3M",
        "-2.5k",
    ]


def test_negative():
    with pytest.raises(ValueError, match="-1 has no ordinal"):
        ordinal(-1)
