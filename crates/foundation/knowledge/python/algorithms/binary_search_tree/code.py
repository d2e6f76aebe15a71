"""An unbalanced binary search tree of distinct keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Node:
    """A key with its smaller keys to the left and greater keys to the right."""

    key: Any
    left: Node | None = None
    right: Node | None = None


class BinarySearchTree:
    """A sorted set of comparable keys."""

    def __init__(self, keys: Iterable[Any] = ()) -> None:
        self._root: Node | None = None
        for key in keys:
            self.insert(key)

    def insert(self, key: Any) -> bool:
        """Add ``key``; return False if it is already there."""
        parent, node = self._find(key)
        if node:
            return False
        self._attach(parent, key, Node(key))
        return True

    def delete(self, key: Any) -> None:
        """Remove ``key``; KeyError if it is absent."""
        parent, node = self._find(key)
        if node is None:
            raise KeyError(key)
        if node.left and node.right:
            parent, heir = node, node.right
            while heir.left:
                parent, heir = heir, heir.left
            self._attach(parent, heir.key, heir.right)
            node.key = heir.key
        else:
            self._attach(parent, key, node.left or node.right)

    def between(self, low: Any, high: Any) -> list[Any]:
        """Return the keys with ``low <= key <= high`` in order."""
        return [key for key in self if low <= key <= high]

    def height(self) -> int:
        """Return the number of levels; 0 for an empty tree."""
        level, levels = [self._root] if self._root else [], 0
        while level:
            levels += 1
            level = [child for node in level for child in (node.left, node.right) if child]
        return levels

    def _find(self, key: Any) -> tuple[Node | None, Node | None]:
        """Return the node of ``key`` (or None) and its parent, parent first."""
        parent, node = None, self._root
        while node and node.key != key:
            parent, node = node, node.left if key < node.key else node.right
        return parent, node

    def _attach(self, parent: Node | None, key: Any, child: Node | None) -> None:
        """Put ``child`` where ``key`` belongs below ``parent``."""
        if parent is None:
            self._root = child
        elif key < parent.key:
            parent.left = child
        else:
            parent.right = child

    def __contains__(self, key: Any) -> bool:
        return self._find(key)[1] is not None

    def __iter__(self) -> Iterator[Any]:
        stack, node = [], self._root
        while stack or node:
            while node:
                stack.append(node)
                node = node.left
            node = stack.pop()
            yield node.key
            node = node.right
