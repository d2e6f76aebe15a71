"""A circular buffer of fixed capacity."""

from collections.abc import Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class RingBuffer(Generic[T]):
    """Keeps the newest ``capacity`` items; index 0 is the oldest kept item."""

    def __init__(self, capacity: int) -> None:
        if capacity < 1:
            raise ValueError(f"capacity must be at least 1, got {capacity}")
        self._slots: list[Any] = [None] * capacity
        self._start = 0
        self._size = 0

    @property
    def capacity(self) -> int:
        """The greatest number of items kept."""
        return len(self._slots)

    @property
    def is_full(self) -> bool:
        """True when the next append overwrites the oldest item."""
        return self._size == self.capacity

    def append(self, item: T) -> T | None:
        """Add ``item`` and return the item it pushed out, if any."""
        end = (self._start + self._size) % self.capacity
        lost = self._slots[end]
        self._slots[end] = item
        if self.is_full:
            self._start = (self._start + 1) % self.capacity
            return lost
        self._size += 1
        return None

    def popleft(self) -> T:
        """Remove and return the oldest item."""
        if not self._size:
            raise IndexError("pop from an empty ring buffer")
        item = self._slots[self._start]
        self._slots[self._start] = None
        self._start = (self._start + 1) % self.capacity
        self._size -= 1
        return item

    def clear(self) -> None:
        """Forget all items."""
        self._slots = [None] * self.capacity
        self._start = self._size = 0

    def __getitem__(self, index: int) -> T:
        if not -self._size <= index < self._size:
            raise IndexError(f"index {index} out of range")
        offset = index % self._size
        return self._slots[(self._start + offset) % self.capacity]

    def __iter__(self) -> Iterator[T]:
        return (self[index] for index in range(self._size))

    def __len__(self) -> int:
        return self._size
