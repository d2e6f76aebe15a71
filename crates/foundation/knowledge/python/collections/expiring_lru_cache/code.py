"""A cache bounded in size and in time."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any


class ExpiringLruCache:
    """Keeps at most ``size`` entries, each for ``ttl`` seconds after it was set."""

    def __init__(self, size: int, ttl: float, clock: Callable[[], float] = time.monotonic) -> None:
        if size < 1 or ttl <= 0:
            raise ValueError("size and ttl must be positive")
        self._size, self._ttl, self._clock = size, ttl, clock
        self._entries: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()

    def set(self, key: Hashable, value: Any) -> None:
        """Store a value; where there is no room, expired and then old entries go."""
        self._entries.pop(key, None)
        if len(self._entries) >= self._size:
            self.purge()
        while len(self._entries) >= self._size:
            self._entries.popitem(last=False)
        self._entries[key] = (self._clock() + self._ttl, value)

    def get(self, key: Hashable, default: Any = None) -> Any:
        """Return the value if it has not expired; this counts as a use."""
        if key not in self._entries:
            return default
        until, value = self._entries[key]
        if self._clock() >= until:
            del self._entries[key]
            return default
        self._entries.move_to_end(key)
        return value

    def purge(self) -> int:
        """Drop what has expired, and return how many entries that were."""
        now = self._clock()
        expired = [key for key, (until, _) in self._entries.items() if now >= until]
        for key in expired:
            del self._entries[key]
        return len(expired)

    def __len__(self) -> int:
        return len(self._entries)
