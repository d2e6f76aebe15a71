"""A cache with entries that expire."""

import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class TTLCache(Generic[K, V]):
    """Mapping that forgets each entry ``ttl`` seconds after it was stored."""

    def __init__(
        self, ttl: float, max_size: int = 1024, clock: Callable[[], float] = time.monotonic
    ) -> None:
        if ttl <= 0 or max_size < 1:
            raise ValueError("ttl and max_size must be positive")
        self.ttl = ttl
        self.max_size = max_size
        self._clock = clock
        self._entries: dict[K, tuple[V, float]] = {}

    def put(self, key: K, value: V, ttl: float | None = None) -> None:
        """Store ``value``, with its own time to live if ``ttl`` is given."""
        lifetime = self.ttl if ttl is None else ttl
        if lifetime <= 0:
            raise ValueError(f"ttl must be positive, got {lifetime}")
        if key not in self._entries and len(self._entries) >= self.max_size:
            self._make_room()
        self._entries[key] = (value, self._clock() + lifetime)

    def get(self, key: K, default: V | None = None) -> V | None:
        """Return the value of ``key`` unless it has expired, else ``default``."""
        return self._entries[key][0] if key in self else default

    def get_or_compute(self, key: K, compute: Callable[[], V]) -> V:
        """Return the live value of ``key``, computing and storing it if needed."""
        if key not in self:
            self.put(key, compute())
        return self._entries[key][0]

    def discard(self, key: K) -> None:
        """Forget ``key`` if it is there."""
        self._entries.pop(key, None)

    def purge(self) -> int:
        """Drop every expired entry and return how many there were."""
        now = self._clock()
        expired = [key for key, (_, deadline) in self._entries.items() if deadline <= now]
        for key in expired:
            del self._entries[key]
        return len(expired)

    def _make_room(self) -> None:
        """Drop expired entries, or else the one that expires first."""
        if not self.purge():
            del self._entries[min(self._entries, key=lambda key: self._entries[key][1])]

    def __contains__(self, key: K) -> bool:
        entry = self._entries.get(key)
        if entry is not None and entry[1] <= self._clock():
            del self._entries[key]
            return False
        return entry is not None

    def __len__(self) -> int:
        self.purge()
        return len(self._entries)
