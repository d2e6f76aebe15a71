import pytest

from group_items import group_by, index_by, partition


def test_group_by_does_not_need_sorted_input():
    words = ["apple", "bob", "avocado", "cat", "bat"]
    assert group_by(words, key=lambda word: word[0]) == {
        "a": ["apple", "avocado"],
        "b": ["bob", "bat"],
        "c": ["cat"],
    }


def test_group_by_keeps_order_of_first_appearance():
    assert list(group_by([3, 1, 4, 1, 5], key=lambda n: n % 2)) == [1, 0]


def test_group_by_empty():
    assert group_by([], key=len) == {}


def test_partition():
    assert partition([1, 2, 3, 4, 5], lambda n: n > 2) == ([3, 4, 5], [1, 2])


def test_index_by():
    rows = [{"id": 1, "name": "x"}, {"id": 2, "name": "y"}]
    assert index_by(rows, key=lambda row: row["id"])[2] == {"id": 2, "name": "y"}


def test_index_by_refuses_duplicates():
    with pytest.raises(ValueError, match="duplicate key: 'a'"):
        index_by(["a1", "a2"], key=lambda text: text[0])
