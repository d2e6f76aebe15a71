import pytest

from dijkstra_paths import shortest_distances, shortest_route

ROADS = {
    "A": {"B": 7, "C": 3},
    "B": {"D": 2},
    "C": {"B": 1, "D": 8},
    "D": {},
    "E": {"A": 1},
}


def test_distances():
    assert shortest_distances(ROADS, "A") == {"A": 0, "C": 3, "B": 4, "D": 6}


def test_route():
    assert shortest_route(ROADS, "A", "D") == (6, ["A", "C", "B", "D"])


def test_route_to_itself():
    assert shortest_route(ROADS, "D", "D") == (0, ["D"])


def test_unreachable_target():
    with pytest.raises(LookupError, match="no route from 'D' to 'A'"):
        shortest_route(ROADS, "D", "A")


def test_negative_weight_is_refused():
    with pytest.raises(ValueError, match="negative weight on edge 1 -> 2"):
        shortest_distances({1: {2: -1}}, 1)


def test_nodes_need_not_be_comparable():
    graph = {"s": {1: 1, ("t",): 1}, 1: {"end": 1}, ("t",): {"end": 5}}
    assert shortest_distances(graph, "s")["end"] == 2


def test_cycles_and_fractional_weights():
    graph = {1: {2: 0.5}, 2: {1: 0.5, 3: 0.25}}
    assert shortest_route(graph, 1, 3) == (0.75, [1, 2, 3])
