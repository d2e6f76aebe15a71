from dict_difference import compare

OLD = {"name": "x", "size": 1, "inner": {"a": 1, "b": 2}}
NEW = {"name": "x", "size": 2, "inner": {"b": 3, "c": 4}}


def test_added_removed_and_changed():
    difference = compare(OLD, NEW)
    assert difference.added == {("inner", "c"): 4}
    assert difference.removed == {("inner", "a"): 1}
    assert difference.changed == {("size",): (1, 2), ("inner", "b"): (2, 3)}


def test_lines():
    assert compare(OLD, NEW).lines() == [
        "+ inner.c = 4",
        "- inner.a = 1",
        "~ size: 1 -> 2",
        "~ inner.b: 2 -> 3",
    ]


def test_equal_ones():
    assert bool(compare(OLD, dict(OLD))) is False
    assert compare({}, {}).lines() == []


def test_none_is_a_value():
    assert compare({"a": None}, {}).removed == {("a",): None}
    assert compare({"a": None}, {"a": 0}).changed == {("a",): (None, 0)}


def test_a_dict_in_the_place_of_a_value():
    assert compare({"a": 1}, {"a": {"b": 1}}).changed == {("a",): (1, {"b": 1})}
