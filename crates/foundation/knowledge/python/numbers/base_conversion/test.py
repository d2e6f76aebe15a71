import pytest

from base_conversion import ALPHABET_62, convert_base, from_base, group_digits, to_base


def test_writing():
    assert to_base(10, 2) == "1010"
    assert to_base(255, 16) == "ff"
    assert to_base(35, 36) == "z"
    assert to_base(0, 7) == "0"
    assert to_base(-8, 8) == "-10"


def test_reading():
    assert from_base("1010", 2) == 10
    assert from_base(" FF ", 16) == 255
    assert from_base("-z", 36) == -35
    assert from_base("1111_0000", 2) == 240
    assert from_base("000", 3) == 0


def test_converting():
    assert convert_base("ff", 16, 2) == "11111111"
    assert convert_base("-777", 8, 10) == "-511"


def test_custom_alphabets_are_case_sensitive():
    assert to_base(61, 62, ALPHABET_62) == "Z"
    assert from_base("Z", 62, ALPHABET_62) == 61
    assert from_base("a", 62, ALPHABET_62) == 10
    assert from_base(to_base(123_456_789, 62, ALPHABET_62), 62, ALPHABET_62) == 123_456_789
    assert to_base(5, 2, ".#") == "#.#"


def test_text_that_is_no_number():
    with pytest.raises(ValueError, match="'2' is not a digit in base 2"):
        from_base("102", 2)
    with pytest.raises(ValueError, match="no digits in '-'"):
        from_base("-", 10)
    with pytest.raises(ValueError, match="no digits in ''"):
        from_base("", 10)


def test_bad_bases():
    with pytest.raises(ValueError, match="base must be from 2 to 36"):
        to_base(5, 1)
    with pytest.raises(ValueError, match="base must be from 2 to 36"):
        from_base("5", 37)
    with pytest.raises(ValueError, match="repeats a character"):
        to_base(5, 2, "aab")


def test_grouping_from_the_right():
    assert group_digits("11110000") == "1111_0000"
    assert group_digits("-1234567", size=3, separator=",") == "-1,234,567"
    assert group_digits("12") == "12"
    assert group_digits("") == ""
    with pytest.raises(ValueError, match="size"):
        group_digits("1", size=0)
    assert group_digits("123", size=1) == "1_2_3"
