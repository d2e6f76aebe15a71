"""Dijkstra's algorithm on graphs with non-negative edge weights."""

import heapq
from collections.abc import Hashable, Iterator, Mapping
from itertools import count
from typing import TypeVar

N = TypeVar("N", bound=Hashable)
Graph = Mapping[N, Mapping[N, float]]


def _settle(graph: Graph[N], source: N) -> Iterator[tuple[N, float, N | None]]:
    """Yield ``(node, distance, previous node)`` in order of distance."""
    tie_breaker = count()
    heap: list[tuple[float, int, N, N | None]] = [(0, next(tie_breaker), source, None)]
    settled: set[N] = set()
    while heap:
        distance, _, node, previous = heapq.heappop(heap)
        if node in settled:
            continue
        settled.add(node)
        yield node, distance, previous
        for neighbour, weight in graph.get(node, {}).items():
            if weight < 0:
                raise ValueError(f"negative weight on edge {node!r} -> {neighbour!r}")
            if neighbour not in settled:
                heapq.heappush(heap, (distance + weight, next(tie_breaker), neighbour, node))


def shortest_distances(graph: Graph[N], source: N) -> dict[N, float]:
    """Return the distance from ``source`` to every node it can reach.

    ``graph`` maps each node to ``{neighbour: weight}``.  Raises ValueError for
    a negative weight.
    """
    return {node: distance for node, distance, _ in _settle(graph, source)}


def shortest_route(graph: Graph[N], source: N, target: N) -> tuple[float, list[N]]:
    """Return ``(distance, nodes on the way)`` from ``source`` to ``target``.

    Raises LookupError if there is no way.
    """
    previous_of: dict[N, N | None] = {}
    for node, distance, previous in _settle(graph, source):
        previous_of[node] = previous
        if node == target:
            route: list[N] = []
            step: N | None = node
            while step is not None:
                route.append(step)
                step = previous_of[step]
            return distance, route[::-1]
    raise LookupError(f"no route from {source!r} to {target!r}")
