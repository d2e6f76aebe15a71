import pytest

from flat_dict_keys import flatten, unflatten


def test_flatten():
    assert flatten({"a": {"b": 1, "c": {"d": [2, 3]}}, "e": {}}) == {
        "a.b": 1,
        "a.c.d": [2, 3],
        "e": {},
    }


def test_unflatten():
    assert unflatten({"a.b": 1, "a.c": 2, "d": 3}) == {"a": {"b": 1, "c": 2}, "d": 3}


def test_there_and_back():
    assert flatten(unflatten({"a.b": 1, "a.c.d": [2, 3], "e": {}, "f": None})) == {
        "a.b": 1,
        "a.c.d": [2, 3],
        "e": {},
        "f": None,
    }


def test_other_separator():
    assert flatten({"a": {"b.c": 1}}, "/") == {"a/b.c": 1}


def test_refused():
    with pytest.raises(ValueError, match="'a.b' contains '.'"):
        flatten({"a.b": 1})
    with pytest.raises(ValueError, match="'a.b' goes through a value"):
        unflatten({"a": 1, "a.b": 2})
    with pytest.raises(ValueError, match="'a' is there twice"):
        unflatten({"a.b": 1, "a": 2})
    assert unflatten({}) == {}
