import pytest

from deep_merge_dicts import deep_merge, merge_all


def test_nested_values_are_merged():
    base = {"db": {"host": "localhost", "port": 1}, "debug": False}
    override = {"db": {"port": 2}, "extra": 1}
    assert deep_merge(base, override) == {
        "db": {"host": "localhost", "port": 2},
        "debug": False,
        "extra": 1,
    }


def test_type_conflict_takes_the_override():
    assert deep_merge({"a": {"b": 1}}, {"a": 5}) == {"a": 5}
    assert deep_merge({"a": 5}, {"a": {"b": 1}}) == {"a": {"b": 1}}
    assert deep_merge({"a": 5}, {"a": None}) == {"a": None}


@pytest.mark.parametrize(
    "rule, expected",
    [("replace", [2, 3]), ("append", [1, 2, 2, 3]), ("unique", [1, 2, 3])],
)
def test_list_rules(rule, expected):
    assert deep_merge({"x": [1, 2]}, {"x": [2, 3]}, lists=rule) == {"x": expected}


def test_inputs_stay_untouched():
    base = {"a": {"items": [1]}}
    override = {"a": {"b": {"c": 1}}}
    merged = deep_merge(base, override)
    merged["a"]["items"].append(2)
    merged["a"]["b"]["c"] = 9
    assert base == {"a": {"items": [1]}}
    assert override == {"a": {"b": {"c": 1}}}


def test_merge_all_layers():
    assert merge_all({"a": 1, "b": {"x": 1}}, {"b": {"y": 2}}, {"a": 3}) == {
        "a": 3,
        "b": {"x": 1, "y": 2},
    }
    assert merge_all() == {}


def test_unknown_rule_is_refused():
    with pytest.raises(ValueError, match="lists must be one of"):
        deep_merge({}, {}, lists="zip")
