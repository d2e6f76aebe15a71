import pytest

from spanning_tree import kruskal, prim, total_weight

EDGES = [
    ("a", "b", 4),
    ("a", "c", 1),
    ("b", "c", 2),
    ("b", "d", 5),
    ("c", "d", 8),
]


def test_kruskal():
    assert kruskal(EDGES) == [("a", "c", 1), ("b", "c", 2), ("b", "d", 5)]


def test_prim():
    assert prim(EDGES, "d") == [("d", "b", 5), ("b", "c", 2), ("c", "a", 1)]


def test_both_weigh_the_same():
    assert total_weight(kruskal(EDGES)) == 8
    assert total_weight(prim(EDGES, "a")) == 8


def test_several_pieces():
    parts = [("a", "b", 1), ("c", "d", 1)]
    assert len(kruskal(parts)) == 2
    with pytest.raises(ValueError, match="2 nodes cannot be reached"):
        prim(parts, "a")


def test_nothing():
    assert kruskal([]) == []
    assert prim([], "a") == []
