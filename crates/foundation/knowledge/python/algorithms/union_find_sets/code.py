"""Disjoint sets (union find) and Kruskal's algorithm."""

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class UnionFind(Generic[T]):
    """A partition of items into groups that can be joined."""

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._parent: dict[T, T] = {}
        self._size: dict[T, int] = {}
        self.group_count = 0
        for item in items:
            self.add(item)

    def add(self, item: T) -> None:
        """Make ``item`` a group of its own unless it is already known."""
        if item not in self._parent:
            self._parent[item] = item
            self._size[item] = 1
            self.group_count += 1

    def find(self, item: T) -> T:
        """Return the representative of the group of ``item``; KeyError if unknown."""
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def union(self, left: T, right: T) -> bool:
        """Join two groups, adding unknown items; False if already joined."""
        self.add(left)
        self.add(right)
        big, small = self.find(left), self.find(right)
        if big == small:
            return False
        if self._size[big] < self._size[small]:
            big, small = small, big
        self._parent[small] = big
        self._size[big] += self._size.pop(small)
        self.group_count -= 1
        return True

    def connected(self, left: T, right: T) -> bool:
        """Tell whether both items are in the same group."""
        return self.find(left) == self.find(right)

    def groups(self) -> list[list[T]]:
        """Return the groups, items in order of their addition."""
        members: dict[T, list[T]] = {}
        for item in self._parent:
            members.setdefault(self.find(item), []).append(item)
        return list(members.values())


def minimum_spanning_tree(edges: Iterable[tuple[T, T, float]]) -> list[tuple[T, T, float]]:
    """Return the cheapest ``(node, node, weight)`` edges that keep all connected."""
    joined: UnionFind[T] = UnionFind()
    by_weight = sorted(edges, key=lambda edge: edge[2])
    return [edge for edge in by_weight if joined.union(edge[0], edge[1])]
