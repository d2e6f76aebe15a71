import pytest

from word_counter import (
    TextStatistics,
    describe_text,
    most_common_words,
    split_words,
    word_frequencies,
)


def test_what_a_word_is():
    assert split_words("Don't panic: it's a well-known 42-page book!") == [
        "Don't", "panic", "it's", "a", "well-known", "42-page", "book",
    ]
    assert split_words("caf\u00e9 -- snake_case 'quoted'") == ["caf\u00e9", "snake", "case", "quoted"]
    assert split_words("") == []


def test_frequencies_ignore_case():
    assert word_frequencies("The cat and the hat. THE end") == {
        "the": 3, "cat": 1, "and": 1, "hat": 1, "end": 1,
    }


def test_stop_words_are_left_out():
    assert word_frequencies("the cat and The dog", ignore=["The", "and"]) == {"cat": 1, "dog": 1}


def test_most_common_breaks_ties_alphabetically():
    assert most_common_words("b a c b a d", limit=3) == [("a", 2), ("b", 2), ("c", 1)]
    assert most_common_words("b a b", limit=1, ignore={"b"}) == [("a", 1)]
    assert most_common_words("a", limit=0) == []
    with pytest.raises(ValueError, match="negative"):
        most_common_words("a", limit=-1)
    assert len(most_common_words("a b c d e f g h i j k l")) == 10


def test_description():
    assert describe_text("One two\ntwo three", words_per_minute=3) == TextStatistics(17, 4, 3, 2, 2)
    assert describe_text("") == TextStatistics(0, 0, 0, 0, 0)
    assert describe_text("a " * 200).minutes == 1
    assert describe_text("a " * 201).minutes == 2
    assert describe_text("a b c", words_per_minute=1).minutes == 3


def test_reading_speed_must_be_positive():
    with pytest.raises(ValueError, match="positive"):
        describe_text("a", words_per_minute=0)
