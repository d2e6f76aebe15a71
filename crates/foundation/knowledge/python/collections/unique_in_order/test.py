import pytest

from unique_in_order import difference, duplicates, intersection, union, unique


def test_unique_keeps_first_occurrences():
    assert unique([3, 1, 3, 2, 1]) == [3, 1, 2]
    assert unique([]) == []


def test_unique_by_key():
    assert unique(["Apple", "apple", "Pear"], key=str.lower) == ["Apple", "Pear"]
    rows = [{"id": 1, "v": "a"}, {"id": 1, "v": "b"}]
    assert unique(rows, key=lambda row: row["id"]) == [{"id": 1, "v": "a"}]


def test_unhashable_items_without_key():
    with pytest.raises(TypeError):
        unique([[1], [1]])


def test_duplicates():
    assert duplicates("abcbabc") == ["b", "a", "c"]
    assert duplicates([1, 2, 3]) == []


def test_union():
    assert union([3, 1], [1, 2], (5, 3)) == [3, 1, 2, 5]
    assert union() == []


def test_intersection():
    assert intersection([4, 3, 2, 3], {2, 3}, [3, 2, 9]) == [3, 2]
    assert intersection([1, 1]) == [1]


def test_difference():
    assert difference([5, 4, 3, 4], [3], [5]) == [4]
    assert difference([2, 1]) == [2, 1]
