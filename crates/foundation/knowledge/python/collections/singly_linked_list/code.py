"""A singly linked list with head and tail references."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any


@dataclass
class Node:
    """One link: a value and the link after it."""

    value: Any
    next: Node | None = None


class LinkedList:
    """A chain of values with constant-time insertion at both ends."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self._head: Node | None = None
        self._tail: Node | None = None
        self._size = 0
        for value in values:
            self.append(value)

    def append(self, value: Any) -> None:
        """Add ``value`` at the end."""
        self._link(self._tail, Node(value))

    def prepend(self, value: Any) -> None:
        """Add ``value`` at the start."""
        self._link(None, Node(value))

    def insert(self, index: int, value: Any) -> None:
        """Put ``value`` before position ``index`` (0 to the length)."""
        if not 0 <= index <= self._size:
            raise IndexError(f"index {index} out of range")
        before = None
        for _ in range(index):
            before = before.next if before else self._head
        self._link(before, Node(value))

    def remove(self, value: Any) -> None:
        """Delete the first node equal to ``value``; ValueError if absent."""
        before, node = None, self._head
        while node and node.value != value:
            before, node = node, node.next
        if node is None:
            raise ValueError(f"{value!r} is not in the list")
        if before is None:
            self._head = node.next
        else:
            before.next = node.next
        if node is self._tail:
            self._tail = before
        self._size -= 1

    def reverse(self) -> None:
        """Turn the chain around in place."""
        before, node = None, self._head
        self._tail = self._head
        while node:
            node.next, before, node = before, node, node.next
        self._head = before

    def _link(self, before: Node | None, node: Node) -> None:
        """Insert ``node`` after ``before``, or at the head."""
        if before is None:
            node.next, self._head = self._head, node
        else:
            node.next, before.next = before.next, node
        if node.next is None:
            self._tail = node
        self._size += 1

    def __iter__(self) -> Iterator[Any]:
        node = self._head
        while node:
            yield node.value
            node = node.next

    def __len__(self) -> int:
        return self._size
