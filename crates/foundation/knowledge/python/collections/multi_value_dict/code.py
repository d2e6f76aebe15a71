"""An insertion-ordered dictionary that allows several values for one key."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class MultiDict(Generic[K, V]):
    """Ordered pairs with dictionary-like access by key."""

    def __init__(self, pairs: Iterable[tuple[K, V]] = ()) -> None:
        self._pairs: list[tuple[K, V]] = []
        self._values: dict[K, list[V]] = {}
        for key, value in pairs:
            self.add(key, value)

    def add(self, key: K, value: V) -> None:
        """Append ``value`` to the values of ``key``."""
        self._pairs.append((key, value))
        self._values.setdefault(key, []).append(value)

    def replace(self, key: K, value: V) -> None:
        """Make ``value`` the only value of ``key``, at the end of the order."""
        if key in self._values:
            self.remove(key)
        self.add(key, value)

    def remove(self, key: K) -> list[V]:
        """Delete ``key`` and return the values it had; KeyError if absent."""
        removed = self._values.pop(key)
        self._pairs = [pair for pair in self._pairs if pair[0] != key]
        return removed

    def get_all(self, key: K) -> list[V]:
        """Return every value of ``key`` in order, or an empty list."""
        return list(self._values.get(key, ()))

    def get(self, key: K, default: V | None = None) -> V | None:
        """Return the first value of ``key``, or ``default``."""
        values = self._values.get(key)
        return values[0] if values else default

    def items(self) -> list[tuple[K, V]]:
        """Return all pairs in the order they were added."""
        return list(self._pairs)

    def to_dict(self) -> dict[K, list[V]]:
        """Return a plain dictionary of lists; changing it leaves this object alone."""
        return {key: list(values) for key, values in self._values.items()}

    def __getitem__(self, key: K) -> V:
        return self._values[key][0]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[K]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._pairs)
