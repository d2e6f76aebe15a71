import pytest

from multi_value_dict import MultiDict


def sample():
    return MultiDict([("a", 1), ("b", 2), ("a", 3)])


def test_keeps_all_values_in_order():
    data = sample()
    assert data.items() == [("a", 1), ("b", 2), ("a", 3)]
    assert data.get_all("a") == [1, 3]
    assert data.get_all("missing") == []


def test_first_value_access():
    data = sample()
    assert data["a"] == 1
    assert data.get("b") == 2
    assert data.get("zz", 9) == 9


def test_missing_key_raises():
    with pytest.raises(KeyError):
        _ = sample()["zz"]
    with pytest.raises(KeyError):
        sample().remove("zz")


def test_remove_returns_the_values():
    data = sample()
    assert data.remove("a") == [1, 3]
    assert data.items() == [("b", 2)]
    assert "a" not in data


def test_replace_existing_and_new():
    data = sample()
    data.replace("a", 7)
    data.replace("c", 8)
    assert data.items() == [("b", 2), ("a", 7), ("c", 8)]


def test_length_counts_pairs_and_iteration_gives_keys():
    data = sample()
    assert len(data) == 3
    assert list(data) == ["a", "b"]


def test_to_dict_is_a_copy():
    data = sample()
    plain = data.to_dict()
    plain["a"].append(99)
    assert plain == {"a": [1, 3, 99], "b": [2]}
    assert data.get_all("a") == [1, 3]
