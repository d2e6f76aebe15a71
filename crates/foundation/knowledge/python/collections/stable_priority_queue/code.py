"""A stable priority queue with updates and removals."""

import heapq
from collections.abc import Hashable
from itertools import count
from math import isnan
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class PriorityQueue(Generic[T]):
    """Hands out items by ascending priority; ties leave in order of arrival."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, T]] = []
        self._live: dict[T, int] = {}
        self._tickets = count()

    def push(self, item: T, priority: float = 0) -> None:
        """Add ``item``, or give it a new priority if it is already queued."""
        if isnan(priority):
            raise ValueError("priority must not be NaN")
        ticket = next(self._tickets)
        self._live[item] = ticket
        heapq.heappush(self._heap, (priority, ticket, item))

    def pop(self) -> T:
        """Remove and return the item with the lowest priority number."""
        self._drop_dead()
        if not self._heap:
            raise IndexError("pop from an empty priority queue")
        item = heapq.heappop(self._heap)[2]
        del self._live[item]
        return item

    def peek(self) -> tuple[T, float]:
        """Return the next item and its priority without removing it."""
        self._drop_dead()
        if not self._heap:
            raise IndexError("peek at an empty priority queue")
        priority, _, item = self._heap[0]
        return item, priority

    def remove(self, item: T) -> None:
        """Take ``item`` out of the queue; KeyError if it is not queued."""
        del self._live[item]

    def _drop_dead(self) -> None:
        """Discard heap entries that were replaced or removed."""
        while self._heap and self._live.get(self._heap[0][2]) != self._heap[0][1]:
            heapq.heappop(self._heap)

    def __contains__(self, item: object) -> bool:
        return item in self._live

    def __len__(self) -> int:
        return len(self._live)
