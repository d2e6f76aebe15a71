import pytest

from run_length_coder import compress, expand, run_pairs


def test_compress():
    assert compress("WWWWaaab") == "4W3ab"
    assert compress("abc") == "abc"
    assert compress("") == ""
    assert compress("  \n\n\nx") == "2 3\nx"


def test_expand():
    assert expand("4W3ab") == "WWWWaaab"
    assert expand("12x") == "xxxxxxxxxxxx"
    assert expand("1a") == "a"
    assert expand("") == ""


def test_round_trip():
    assert expand(compress("zzz  \n\nAAbBB")) == "zzz  \n\nAAbBB"


def test_pairs_of_any_items():
    assert run_pairs([1, 1, 2, 1]) == [(1, 2), (2, 1), (1, 1)]
    assert run_pairs("aab1") == [("a", 2), ("b", 1), ("1", 1)]
    assert run_pairs([[0], [0]]) == [([0], 2)]
    assert run_pairs([]) == []


def test_digits_are_refused():
    with pytest.raises(ValueError, match="digits"):
        compress("a1")


def test_malformed_encodings():
    with pytest.raises(ValueError, match="no character"):
        expand("3a4")
    with pytest.raises(ValueError, match="malformed length '0'"):
        expand("0a")


def test_result_is_limited():
    assert expand("5a", max_length=5) == "aaaaa"
    with pytest.raises(ValueError, match="longer than 1000000"):
        expand("999999999a")
    with pytest.raises(ValueError, match="longer than 4"):
        expand("2a3b", max_length=4)
