import pytest

from edit_distance import closest, levenshtein, similarity


def test_known_distances():
    assert levenshtein("kitten", "sitting") == 3
    assert levenshtein("flaw", "lawn") == 2
    assert levenshtein("saturday", "sunday") == 3
    assert levenshtein("abc", "abc") == 0


def test_empty_strings():
    assert levenshtein("", "") == 0
    assert levenshtein("abc", "") == 3
    assert levenshtein("", "abcd") == 4


def test_distance_is_symmetric():
    assert levenshtein("gumbo", "gambol") == 2
    assert levenshtein("gambol", "gumbo") == 2


def test_limit_stops_early():
    assert levenshtein("kitten", "sitting", limit=3) == 3
    assert levenshtein("kitten", "sitting", limit=2) == 3
    assert levenshtein("kitten", "sitting", limit=1) == 2
    assert levenshtein("abcdef", "a", limit=2) == 3
    assert levenshtein("abcd", "wxyz", limit=0) == 1
    with pytest.raises(ValueError, match="negative"):
        levenshtein("a", "b", limit=-1)


def test_similarity():
    assert similarity("abcd", "abcd") == 1.0
    assert similarity("abcd", "abcx") == 0.75
    assert similarity("ab", "xy") == 0.0
    assert similarity("", "") == 1.0
    assert similarity("", "abc") == 0.0


def test_closest_word():
    assert closest("comit", ["commit", "merge", "comic"]) == "commit"
    assert closest("merge", ["merg", "merge", "marge"]) == "merge"
    assert closest("mrege", ["merging", "merge"]) == "merge"
    assert closest("xyzzy", ["commit", "merge"]) is None
    assert closest("a", []) is None


def test_closest_respects_the_limit():
    assert closest("kitten", ["sitting"]) is None
    assert closest("kitten", ["sitting"], limit=3) == "sitting"
    assert closest("cat", ["cut", "cap"], limit=0) is None
