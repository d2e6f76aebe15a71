import pytest

from prefix_trie import Trie

WORDS = ["car", "card", "care", "cat", "dog"]


def test_membership_is_about_whole_words():
    trie = Trie(WORDS)
    assert "card" in trie
    assert "ca" not in trie
    assert "zebra" not in trie


def test_duplicates_count_once():
    assert len(Trie(["a", "a", "b"])) == 2


@pytest.mark.parametrize(
    "prefix, expected",
    [
        ("car", ["car", "card", "care"]),
        ("d", ["dog"]),
        ("x", []),
        ("", ["car", "card", "care", "cat", "dog"]),
    ],
)
def test_words_by_prefix(prefix, expected):
    assert list(Trie(WORDS).starting_with(prefix)) == expected


@pytest.mark.parametrize(
    "text, expected",
    [("cardboard", "card"), ("cab", None), ("dogma", "dog"), ("", None)],
)
def test_longest_prefix(text, expected):
    assert Trie(WORDS).longest_prefix_of(text) == expected


def test_remove_keeps_other_words():
    trie = Trie(WORDS)
    trie.remove("card")
    trie.remove("car")
    assert list(trie.starting_with("car")) == ["care"]
    assert len(trie) == 3


@pytest.mark.parametrize("word", ["ca", "cards", "zoo"])
def test_remove_unknown_word(word):
    with pytest.raises(KeyError, match=word):
        Trie(WORDS).remove(word)


def test_empty_string_can_be_a_word():
    trie = Trie([""])
    assert "" in trie
    assert trie.longest_prefix_of("abc") == ""
