"""A dictionary with constant-time lookup in both directions."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, MutableMapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)


class BiMap(MutableMapping[K, V]):
    """One-to-one mapping; ``inverse`` is the same mapping seen from the values."""

    def __init__(self, pairs: Mapping[K, V] | None = None) -> None:
        self._forward: dict[K, V] = {}
        self._backward: dict[V, K] = {}
        self._inverse: BiMap[V, K] | None = None
        self.update(pairs or {})

    @property
    def inverse(self) -> BiMap[V, K]:
        """A live view with keys and values exchanged."""
        if self._inverse is None:
            view: BiMap[V, K] = BiMap()
            view.share(self._backward, self._forward, self)
            self._inverse = view
        return self._inverse

    def share(self, forward: dict[K, V], backward: dict[V, K], inverse: BiMap[V, K]) -> None:
        """Use the given dictionaries as storage (how ``inverse`` stays live)."""
        self._forward, self._backward, self._inverse = forward, backward, inverse

    def __setitem__(self, key: K, value: V) -> None:
        owner = self._backward.get(value, key)
        if owner != key:
            raise ValueError(f"value {value!r} already belongs to key {owner!r}")
        if key in self._forward:
            del self._backward[self._forward[key]]
        self._forward[key] = value
        self._backward[value] = key

    def __getitem__(self, key: K) -> V:
        return self._forward[key]

    def __delitem__(self, key: K) -> None:
        del self._backward[self._forward.pop(key)]

    def __iter__(self) -> Iterator[K]:
        return iter(self._forward)

    def __len__(self) -> int:
        return len(self._forward)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._forward!r})"
