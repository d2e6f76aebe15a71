"""Counters that can be shared between threads."""

import threading
from collections import Counter
from collections.abc import Hashable


class AtomicCounter:
    """An integer whose changes are never lost."""

    def __init__(self, value: int = 0) -> None:
        self._value = value
        self._lock = threading.Lock()

    @property
    def value(self) -> int:
        """The current value."""
        with self._lock:
            return self._value

    def add(self, amount: int = 1) -> int:
        """Change the value by ``amount`` and return the new value."""
        with self._lock:
            self._value += amount
            return self._value

    def exchange(self, value: int) -> int:
        """Set a new value and return the old one."""
        with self._lock:
            old, self._value = self._value, value
            return old

    def compare_and_set(self, expected: int, value: int) -> bool:
        """Set ``value`` only if the current value is ``expected``."""
        with self._lock:
            if self._value != expected:
                return False
            self._value = value
            return True


class KeyedCounter:
    """One count per key, changed and read under a single lock."""

    def __init__(self) -> None:
        self._counts: Counter[Hashable] = Counter()
        self._lock = threading.Lock()

    def add(self, key: Hashable, amount: int = 1) -> int:
        """Change the count of ``key`` and return the new count."""
        with self._lock:
            self._counts[key] += amount
            return self._counts[key]

    def snapshot(self) -> dict[Hashable, int]:
        """Return a consistent copy of all counts."""
        with self._lock:
            return dict(self._counts)
