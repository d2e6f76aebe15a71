import pytest

from letter_frequency import count_vowels, first_unrepeated, histogram, letter_counts, letter_shares


def test_counts_are_sorted():
    assert letter_counts("Hello, World 42!") == {
        "l": 3, "o": 2, "d": 1, "e": 1, "h": 1, "r": 1, "w": 1,
    }
    assert list(letter_counts("baab c")) == ["a", "b", "c"]
    assert letter_counts("123") == {}


def test_shares():
    assert letter_shares("aaab") == {"a": 0.75, "b": 0.25}
    assert letter_shares("...") == {}


def test_vowels():
    assert count_vowels("Education") == 5
    assert count_vowels("rhythm") == 0
    assert count_vowels("rhythm", vowels="aeiouy") == 1


def test_first_unrepeated_character():
    assert first_unrepeated("swiss") == "w"
    assert first_unrepeated("aA") == "a"
    assert first_unrepeated("aabb") is None
    assert first_unrepeated("") is None


def test_histogram_is_scaled():
    assert histogram("aaaabbc", width=8) == "a ######## 4\nb #### 2\nc ## 1"
    assert histogram("aaaabbc", width=2, limit=3) == "a ## 4\nb # 2\nc # 1"
    assert histogram("aaaabbc", width=4, limit=1) == "a #### 4"
    assert histogram("") == ""
    assert histogram("ab", width=1) == "a # 1\nb # 1"
    with pytest.raises(ValueError, match="width"):
        histogram("a", width=0)
