import pytest

from longest_subsequence import (
    common_subsequence,
    common_substring,
    increasing_subsequence,
)


@pytest.mark.parametrize(
    "left, right, expected",
    [
        ("AGGTAB", "GXTXAYB", "GTAB"),
        ("abc", "abc", "abc"),
        ("abc", "xyz", ""),
        ("", "abc", ""),
    ],
)
def test_common_subsequence_of_texts(left, right, expected):
    assert "".join(common_subsequence(left, right)) == expected


def test_common_subsequence_of_lists():
    assert common_subsequence([1, 3, 5, 7, 9], [3, 4, 5, 9, 7]) == [3, 5, 9]


@pytest.mark.parametrize(
    "left, right, expected",
    [
        ("the cat sat", "a cat sits", " cat s"),
        ("abcxyz", "xyzabc", "abc"),
        ("abc", "", ""),
        ("aaaa", "aa", "aa"),
    ],
)
def test_common_substring(left, right, expected):
    assert common_substring(left, right) == expected


@pytest.mark.parametrize(
    "items, expected",
    [
        ([], []),
        ([5], [5]),
        ([3, 1, 2], [1, 2]),
        ([10, 9, 2, 5, 3, 7, 101, 18], [2, 3, 7, 18]),
        ([2, 2, 2], [2]),
        ([5, 4, 3], [3]),
    ],
)
def test_increasing_subsequence(items, expected):
    assert increasing_subsequence(items) == expected


def test_increasing_subsequence_of_strings():
    assert increasing_subsequence(["b", "a", "c", "b", "d"]) == ["a", "b", "d"]
