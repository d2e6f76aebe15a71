"""A last-in, first-out stack and a bracket checker that uses it."""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

PAIRS = {")": "(", "]": "[", "}": "{"}


class Stack(Generic[T]):
    """LIFO container; iteration runs from the top to the bottom."""

    def __init__(self, items: Iterable[T] = (), max_size: int | None = None) -> None:
        if max_size is not None and max_size < 0:
            raise ValueError(f"max_size must not be negative, got {max_size}")
        self._max_size = max_size
        self._items: list[T] = []
        for item in items:
            self.push(item)

    def push(self, item: T) -> None:
        """Put ``item`` on top; OverflowError if the stack is full."""
        if self._max_size is not None and len(self._items) >= self._max_size:
            raise OverflowError(f"stack is limited to {self._max_size} items")
        self._items.append(item)

    def pop(self) -> T:
        """Remove and return the top item."""
        if not self._items:
            raise IndexError("pop from an empty stack")
        return self._items.pop()

    def peek(self) -> T:
        """Return the top item without removing it."""
        if not self._items:
            raise IndexError("peek at an empty stack")
        return self._items[-1]

    def is_empty(self) -> bool:
        """Tell whether the stack holds nothing."""
        return not self._items

    def __iter__(self) -> Iterator[T]:
        return reversed(self._items)

    def __len__(self) -> int:
        return len(self._items)


def brackets_balanced(text: str) -> bool:
    """Tell whether all (), [] and {} in ``text`` are closed in the right order."""
    opened: Stack[str] = Stack()
    for char in text:
        if char in PAIRS.values():
            opened.push(char)
        elif char in PAIRS and (opened.is_empty() or opened.pop() != PAIRS[char]):
            return False
    return opened.is_empty()
