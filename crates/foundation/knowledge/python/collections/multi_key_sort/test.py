from types import SimpleNamespace

from multi_key_sort import sort_by

PEOPLE = [
    {"name": "Cleo", "age": 30},
    {"name": "Ann", "age": 30},
    {"name": "Bob", "age": 25},
]


def test_two_keys():
    assert sort_by(PEOPLE, "age", "name") == [
        {"name": "Bob", "age": 25},
        {"name": "Ann", "age": 30},
        {"name": "Cleo", "age": 30},
    ]


def test_each_key_has_its_direction():
    assert [item["name"] for item in sort_by(PEOPLE, "-age", "name")] == ["Ann", "Cleo", "Bob"]
    assert [item["name"] for item in sort_by(PEOPLE, "age", "-name")] == ["Bob", "Cleo", "Ann"]


def test_missing_values_come_last():
    assert sort_by([{}, {"age": 2}, {"age": 1}], "age") == [{"age": 1}, {"age": 2}, {}]
    assert sort_by([{}, {"age": 1}, {"age": 2}], "-age") == [{"age": 2}, {"age": 1}, {}]


def test_objects_and_functions():
    items = [SimpleNamespace(size=2, tag="b"), SimpleNamespace(size=1, tag="B")]
    assert [item.size for item in sort_by(items, lambda item: item.tag.lower(), "size")] == [1, 2]


def test_without_keys_the_order_stays():
    assert sort_by([3, 1, 2]) == [3, 1, 2]
