import pytest

from two_way_map import BiMap


def test_lookup_in_both_directions():
    codes = BiMap({"de": "Germany", "fr": "France"})
    assert codes["de"] == "Germany"
    assert codes.inverse["France"] == "fr"
    assert len(codes) == 2


def test_changing_a_value_forgets_the_old_one():
    table = BiMap({"a": 1})
    table["a"] = 2
    assert dict(table.inverse) == {2: "a"}


def test_duplicate_value_is_refused_and_nothing_changes():
    table = BiMap({"a": 1, "b": 2})
    with pytest.raises(ValueError, match="value 1 already belongs to key 'a'"):
        table["b"] = 1
    assert dict(table) == {"a": 1, "b": 2}
    assert dict(table.inverse) == {1: "a", 2: "b"}


def test_setting_the_same_pair_again_is_allowed():
    table = BiMap({"a": 1})
    table["a"] = 1
    assert dict(table.inverse) == {1: "a"}


def test_delete_removes_both_sides():
    table = BiMap({"a": 1, "b": 2})
    del table["a"]
    assert dict(table.inverse) == {2: "b"}
    with pytest.raises(KeyError):
        del table["a"]


def test_inverse_is_live_and_its_own_inverse():
    table = BiMap({"a": 1})
    table.inverse[5] = "e"
    assert table["e"] == 5
    assert table.inverse.inverse is table


def test_repr():
    assert repr(BiMap({"a": 1})) == "BiMap({'a': 1})"
