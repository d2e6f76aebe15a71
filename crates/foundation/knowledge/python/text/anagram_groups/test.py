import pytest

from anagram_groups import are_anagrams, find_anagrams, group_anagrams


def test_words_with_the_same_letters():
    assert are_anagrams("listen", "silent") is True
    assert are_anagrams("hello", "world") is False
    assert are_anagrams("aab", "abb") is False


def test_phrases_ignore_case_and_punctuation():
    assert are_anagrams("Dormitory", "dirty room!") is True
    assert are_anagrams("Eleven plus two", "Twelve plus one") is True


def test_a_word_is_no_anagram_of_itself():
    assert are_anagrams("Stop", "stop") is False
    assert are_anagrams("", "") is False


def test_grouping_keeps_order():
    assert group_anagrams(["eat", "tea", "tan", "ate", "nat", "bat"]) == [
        ["eat", "tea", "ate"],
        ["tan", "nat"],
    ]
    assert group_anagrams([]) == []


def test_grouping_drops_repeats():
    assert group_anagrams(["Tea", "tea", "TEA"]) == []
    assert group_anagrams(["Tea", "eat", "tea"]) == [["Tea", "eat"]]


def test_smallest_group():
    assert group_anagrams(["ab", "c", "ba"], smallest=1) == [["ab", "ba"], ["c"]]
    assert group_anagrams(["ab", "ba"], smallest=3) == []
    with pytest.raises(ValueError, match="at least 1"):
        group_anagrams(["a"], smallest=0)


def test_finding_anagrams_of_a_word():
    assert find_anagrams("Master", ["stream", "maters", "master", "pigeon"]) == ["stream", "maters"]
