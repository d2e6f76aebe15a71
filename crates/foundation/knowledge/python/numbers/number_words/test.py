import pytest

from number_words import number_to_words, ordinal


def test_small_numbers():
    assert number_to_words(0) == "zero"
    assert number_to_words(13) == "thirteen"
    assert number_to_words(20) == "twenty"
    assert number_to_words(42) == "forty-two"


def test_hundreds():
    assert number_to_words(100) == "one hundred"
    assert number_to_words(315) == "three hundred fifteen"
    assert number_to_words(999) == "nine hundred ninety-nine"


def test_large_numbers():
    assert number_to_words(1000) == "one thousand"
    assert number_to_words(12_345) == "twelve thousand three hundred forty-five"
    assert number_to_words(1_000_001) == "one million one"
    assert number_to_words(5 * 10**18) == "five quintillion"


def test_negative_numbers():
    assert number_to_words(-7) == "minus seven"
    assert number_to_words(-1_200) == "minus one thousand two hundred"


def test_limits():
    assert number_to_words(10**21 - 1).startswith("nine hundred ninety-nine quintillion ")
    with pytest.raises(ValueError, match="too large"):
        number_to_words(10**21)
    with pytest.raises(ValueError, match="too large"):
        number_to_words(-(10**21))


def test_ordinals():
    assert [ordinal(number) for number in (0, 1, 2, 3, 4)] == ["0th", "1st", "2nd", "3rd", "4th"]
    assert [ordinal(number) for number in (11, 12, 13, 14)] == ["11th", "12th", "13th", "14th"]
    assert [ordinal(number) for number in (21, 102, 111, 113, 1003)] == [
        "21st", "102nd", "111th", "113th", "1003rd",
    ]
    with pytest.raises(ValueError, match="negative"):
        ordinal(-1)
