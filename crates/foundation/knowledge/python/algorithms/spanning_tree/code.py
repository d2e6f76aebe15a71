"""Minimum spanning trees."""

from collections.abc import Hashable, Iterable
from heapq import heappop, heappush

Edge = tuple[Hashable, Hashable, float]


def kruskal(edges: Iterable[Edge]) -> list[Edge]:
    """Return the lightest edges that join all that can be joined (a forest if need be)."""
    parent: dict[Hashable, Hashable] = {}

    def root(node: Hashable) -> Hashable:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    chosen = []
    for edge in sorted(edges, key=lambda edge: edge[2]):
        left, right = root(edge[0]), root(edge[1])
        if left != right:
            parent[left] = right
            chosen.append(edge)
    return chosen


def prim(edges: Iterable[Edge], start: Hashable) -> list[Edge]:
    """Return the tree grown from ``start``; a node out of reach raises ValueError."""
    near: dict[Hashable, list[tuple[float, Hashable]]] = {start: []}
    for left, right, weight in edges:
        near.setdefault(left, []).append((weight, right))
        near.setdefault(right, []).append((weight, left))
    reached = {start}
    waiting: list[tuple[float, int, Hashable, Hashable]] = []
    order = 0
    chosen: list[Edge] = []
    node = start
    while len(reached) < len(near):
        for weight, other in near[node]:
            order += 1
            heappush(waiting, (weight, order, node, other))
        while waiting and waiting[0][3] in reached:
            heappop(waiting)
        if not waiting:
            raise ValueError(f"{len(near) - len(reached)} nodes cannot be reached")
        weight, _, source, node = heappop(waiting)
        reached.add(node)
        chosen.append((source, node, weight))
    return chosen


def total_weight(edges: Iterable[Edge]) -> float:
    """Return the weight of all edges."""
    return sum(weight for _, _, weight in edges)
