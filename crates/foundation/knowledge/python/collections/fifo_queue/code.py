"""A first-in, first-out queue."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Queue(Generic[T]):
    """FIFO container; iteration runs from the front to the back."""

    def __init__(self, items: Iterable[T] = (), max_size: int | None = None) -> None:
        if max_size is not None and max_size < 1:
            raise ValueError(f"max_size must be at least 1, got {max_size}")
        self._max_size = max_size
        self._items: deque[T] = deque()
        for item in items:
            self.enqueue(item)

    def enqueue(self, item: T) -> None:
        """Add ``item`` at the back; OverflowError if the queue is full."""
        if len(self._items) == self._max_size:
            raise OverflowError(f"queue is limited to {self._max_size} items")
        self._items.append(item)

    def dequeue(self) -> T:
        """Remove and return the item at the front."""
        if not self._items:
            raise IndexError("dequeue from an empty queue")
        return self._items.popleft()

    def peek(self) -> T:
        """Return the item at the front without removing it."""
        if not self._items:
            raise IndexError("peek at an empty queue")
        return self._items[0]

    def is_empty(self) -> bool:
        """Tell whether nobody is waiting."""
        return not self._items

    def __iter__(self) -> Iterator[T]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)
