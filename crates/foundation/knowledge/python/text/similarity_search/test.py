import pytest

from similarity_search import TrigramIndex, jaccard, trigrams

CITIES = ["Amsterdam", "Rotterdam", "Hamburg", "New York", "Newark", "York"]


def test_trigrams_pad_words_and_ignore_case():
    assert trigrams("Cat") == {"  c", " ca", "cat", "at "}
    assert trigrams("a b") == {"  a", " a ", "  b", " b "}
    assert trigrams("  ") == frozenset()


def test_jaccard():
    assert jaccard("cat", "CAT") == 1.0
    assert jaccard("cat", "car") == 2 / 6
    assert jaccard("cat", "dog") == 0.0
    assert jaccard("", "") == 1.0
    assert jaccard("", "a") == 0.0


def test_search_finds_despite_typos():
    assert [name for name, _ in TrigramIndex(CITIES).search("Amsterdm")] == ["Amsterdam"]
    assert TrigramIndex(CITIES).search("hamburg") == [("Hamburg", 1.0)]


def test_best_first_and_limited():
    index = TrigramIndex(CITIES)
    assert [name for name, _ in index.search("york")] == ["York", "New York"]
    assert index.search("york", limit=1) == [("York", 1.0)]
    assert index.search("york", limit=0) == []


def test_scores_equal_the_pairwise_measure():
    index = TrigramIndex(CITIES)
    assert index.search("new yrk", threshold=0.01, limit=10) == sorted(
        ((city, jaccard("new yrk", city)) for city in CITIES if jaccard("new yrk", city) > 0),
        key=lambda hit: (-hit[1], hit[0]),
    )
    assert len(index.search("new yrk", threshold=0.01, limit=10)) == 3


def test_ties_go_by_the_alphabet_and_threshold_is_inclusive():
    index = TrigramIndex(["cab", "cat", "car"])
    assert index.search("cax", threshold=2 / 6) == [("cab", 2 / 6), ("car", 2 / 6), ("cat", 2 / 6)]
    assert index.search("cax", threshold=0.34) == []


def test_entries_are_added_once():
    index = TrigramIndex(["a"])
    index.add("a")
    index.add("b")
    assert len(index) == 2
    assert index.search("a") == [("a", 1.0)]


def test_bad_settings():
    with pytest.raises(ValueError, match="limit"):
        TrigramIndex().search("a", limit=-1)
    with pytest.raises(ValueError, match="threshold"):
        TrigramIndex().search("a", threshold=0)
    with pytest.raises(ValueError, match="threshold"):
        TrigramIndex().search("a", threshold=1.5)
