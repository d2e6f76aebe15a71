import pytest

from union_find_sets import UnionFind, minimum_spanning_tree


def test_items_start_alone():
    sets = UnionFind("abc")
    assert sets.group_count == 3
    assert sets.connected("a", "b") is False


def test_union_joins_groups():
    sets = UnionFind(range(6))
    assert sets.union(0, 1) is True
    assert sets.union(2, 3) is True
    assert sets.union(1, 3) is True
    assert sets.connected(0, 2) is True
    assert sets.group_count == 3


def test_union_of_same_group_says_false():
    sets = UnionFind()
    assert sets.union("x", "y") is True
    assert sets.union("y", "x") is False
    assert sets.group_count == 1


def test_smaller_group_joins_the_bigger():
    sets = UnionFind()
    sets.union("a", "b")
    sets.union("a", "c")
    root = sets.find("a")
    sets.union("d", "a")
    assert sets.find("d") == root


def test_groups():
    sets = UnionFind([1, 2, 3, 4])
    sets.union(4, 1)
    assert sets.groups() == [[1, 4], [2], [3]]


def test_unknown_item():
    with pytest.raises(KeyError):
        UnionFind().find("nobody")


def test_long_chain_is_flattened():
    sets = UnionFind()
    for number in range(1, 2000):
        sets.union(number - 1, number)
    assert sets.connected(0, 1999) is True


def test_minimum_spanning_tree():
    edges = [("a", "b", 4), ("b", "c", 1), ("a", "c", 2), ("c", "d", 7)]
    assert minimum_spanning_tree(edges) == [("b", "c", 1), ("a", "c", 2), ("c", "d", 7)]
