"""A set with an order."""

from collections.abc import Hashable, Iterable, Iterator, MutableSet
from typing import Any


class OrderedSet(MutableSet[Any]):
    """A set whose members keep the order in which they were added."""

    def __init__(self, items: Iterable[Hashable] = ()) -> None:
        self._items: dict[Any, None] = dict.fromkeys(items)

    def __contains__(self, item: object) -> bool:
        return item in self._items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __reversed__(self) -> Iterator[Any]:
        return reversed(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, OrderedSet):
            return list(self) == list(other)
        return set(self) == other

    __hash__ = None  # type: ignore[assignment]

    def __or__(self, other: Iterable[Any]) -> "OrderedSet":
        return OrderedSet([*self, *other])

    def __repr__(self) -> str:
        return f"OrderedSet({list(self)!r})"

    def add(self, value: Hashable) -> None:
        """Add a member at the end; one that is there stays where it is."""
        self._items.setdefault(value)

    def discard(self, value: Hashable) -> None:
        """Remove a member if it is there."""
        self._items.pop(value, None)

    def move_to_end(self, value: Hashable) -> None:
        """Move a member to the end; one that is not there raises KeyError."""
        del self._items[value]
        self._items[value] = None

    def index(self, value: Hashable) -> int:
        """Return the position of a member; one that is not there raises ValueError."""
        return list(self._items).index(value)
