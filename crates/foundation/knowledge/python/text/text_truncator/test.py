import pytest

from text_truncator import first_sentences, truncate, truncate_middle


def test_short_text_is_unchanged():
    assert truncate("hello", 5) == "hello"
    assert truncate("", 3) == ""
    assert truncate_middle("hello", 5) == "hello"


def test_cut_at_a_word_boundary():
    assert truncate("the quick brown fox", 12) == "the quick..."
    assert truncate("the quick brown fox", 11) == "the..."
    assert truncate("the quick brown fox", 13) == "the quick..."
    assert truncate("one, two three", 8) == "one..."


def test_a_single_long_word_is_cut():
    assert truncate("incomprehensibilities", 10) == "incompr..."
    assert truncate("incomprehensibilities", 3) == "..."


def test_other_ellipsis():
    assert truncate("the quick brown fox", 10, ellipsis="\u2026") == "the quick\u2026"
    assert truncate("abc def", 3, ellipsis="") == "abc"


def test_cut_in_the_middle():
    assert truncate_middle("abcdefghijkl", 9) == "abc...jkl"
    assert truncate_middle("abcdefghijkl", 8) == "abc...kl"
    assert truncate_middle("abcdefghijkl", 4) == "a..."
    assert truncate_middle("/usr/share/doc/readme.txt", 16, "~") == "/usr/sha~dme.txt"
    assert truncate_middle("abcdef", 3) == "..."


def test_no_room_for_the_ellipsis():
    with pytest.raises(ValueError, match="room for the ellipsis"):
        truncate("abcdef", 2)
    with pytest.raises(ValueError, match="room for the ellipsis"):
        truncate_middle("abcdef", 2)


def test_sentences():
    text = "It works, e.g. here. Does it? Yes!  \"Sure.\""
    assert first_sentences(text) == "It works, e.g. here."
    assert first_sentences(text, 3) == "It works, e.g. here. Does it? Yes!"
    assert first_sentences("no end", 5) == "no end"
    with pytest.raises(ValueError, match="at least 1"):
        first_sentences(text, 0)
