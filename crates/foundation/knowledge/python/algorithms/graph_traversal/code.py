"""Breadth-first and depth-first search on graphs given as adjacency mappings."""

from collections import deque
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import TypeVar

N = TypeVar("N", bound=Hashable)
Graph = Mapping[N, Iterable[N]]


def bfs(graph: Graph[N], start: N) -> Iterator[N]:
    """Yield the nodes reachable from ``start``, nearest first."""
    seen = {start}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        yield node
        for neighbour in graph.get(node, ()):
            if neighbour not in seen:
                seen.add(neighbour)
                waiting.append(neighbour)


def dfs(graph: Graph[N], start: N) -> Iterator[N]:
    """Yield the nodes reachable from ``start`` in depth-first preorder."""
    seen: set[N] = set()
    stack = [start]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        stack.extend(reversed(list(graph.get(node, ()))))


def shortest_path(graph: Graph[N], start: N, goal: N) -> list[N] | None:
    """Return a path with the fewest edges, or None if ``goal`` is unreachable."""
    came_from: dict[N, N | None] = {start: None}
    waiting = deque([start])
    while waiting and goal not in came_from:
        node = waiting.popleft()
        for neighbour in graph.get(node, ()):
            if neighbour not in came_from:
                came_from[neighbour] = node
                waiting.append(neighbour)
    if goal not in came_from:
        return None
    path = [goal]
    while (previous := came_from[path[-1]]) is not None:
        path.append(previous)
    return path[::-1]


def connected_components(graph: Graph[N]) -> list[set[N]]:
    """Return the groups of nodes linked by edges, ignoring edge direction."""
    both_ways: dict[N, list[N]] = {}
    for node, neighbours in graph.items():
        both_ways.setdefault(node, [])
        for neighbour in neighbours:
            both_ways[node].append(neighbour)
            both_ways.setdefault(neighbour, []).append(node)
    components: list[set[N]] = []
    seen: set[N] = set()
    for node in both_ways:
        if node not in seen:
            components.append(set(bfs(both_ways, node)))
            seen |= components[-1]
    return components
