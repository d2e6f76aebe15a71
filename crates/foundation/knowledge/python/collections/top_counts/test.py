import pytest

from top_counts import shares, top_n, word_counts


def test_most_frequent_first():
    assert top_n("mississippi", 3) == [("i", 4), ("s", 4), ("p", 2)]


def test_ties_do_not_depend_on_input_order():
    assert top_n(["b", "a", "c"]) == top_n(["c", "b", "a"]) == [("a", 1), ("b", 1), ("c", 1)]


@pytest.mark.parametrize("n, expected", [(0, []), (1, [(7, 2)]), (99, [(7, 2), (1, 1)])])
def test_limit(n, expected):
    assert top_n([7, 1, 7], n) == expected


def test_negative_limit_is_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        top_n([1], -1)


def test_words_ignore_case_and_punctuation():
    assert word_counts("The cat. the DOG, the cat's") == [
        ("the", 3),
        ("cat", 1),
        ("cat's", 1),
        ("dog", 1),
    ]


def test_shares():
    assert shares(["x", "y", "x", "x"]) == {"x": 0.75, "y": 0.25}
    assert shares([]) == {}
