import pytest

from dict_inversion import invert, invert_all, invert_lists


def test_unique_values():
    assert invert({"a": 1, "b": 2}) == {1: "a", 2: "b"}
    assert invert({}) == {}


def test_equal_values_are_refused():
    with pytest.raises(ValueError, match="1 belongs to 'a' and to 'b'"):
        invert({"a": 1, "b": 1})


def test_all_keys_of_a_value():
    assert invert_all({"a": 1, "b": 2, "c": 1}) == {1: ["a", "c"], 2: ["b"]}


def test_lists_of_values():
    assert invert_lists({"d1": ["x", "y", "x"], "d2": ["y"]}) == {"x": ["d1"], "y": ["d1", "d2"]}
