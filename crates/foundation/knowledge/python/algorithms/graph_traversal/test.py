import pytest

from graph_traversal import bfs, connected_components, dfs, shortest_path

GRAPH = {
    "a": ["b", "c"],
    "b": ["d"],
    "c": ["d", "e"],
    "d": ["f"],
    "e": ["f"],
    "x": ["y"],
}


def test_bfs_order():
    assert list(bfs(GRAPH, "a")) == ["a", "b", "c", "d", "e", "f"]


def test_dfs_order():
    assert list(dfs(GRAPH, "a")) == ["a", "b", "d", "f", "c", "e"]


@pytest.mark.parametrize("search", [bfs, dfs])
def test_cycles_and_unknown_nodes_end(search):
    assert list(search({1: [2], 2: [1]}, 1)) == [1, 2]
    assert list(search({}, "alone")) == ["alone"]


@pytest.mark.parametrize(
    "start, goal, expected",
    [
        ("a", "f", ["a", "b", "d", "f"]),
        ("a", "e", ["a", "c", "e"]),
        ("a", "a", ["a"]),
        ("a", "x", None),
        ("f", "a", None),
    ],
)
def test_shortest_path(start, goal, expected):
    assert shortest_path(GRAPH, start, goal) == expected


def test_connected_components_ignore_direction():
    assert connected_components(GRAPH) == [set("abcdef"), {"x", "y"}]
    assert connected_components({1: [], 2: [1], 3: []}) == [{1, 2}, {3}]


def test_long_chain_needs_no_recursion():
    chain = {number: [number + 1] for number in range(5000)}
    assert sum(1 for _ in dfs(chain, 0)) == 5001
    assert len(shortest_path(chain, 0, 5000)) == 5001
