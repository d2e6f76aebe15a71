"""Remember the results of function calls."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

R = TypeVar("R")


def _default_key(*args: Any, **kwargs: Any) -> Hashable:
    """Return the arguments as one hashable value; keyword order is ignored."""
    return args, frozenset(kwargs.items())


class Memoized(Generic[R]):
    """A function together with the results of its earlier calls."""

    def __init__(
        self, func: Callable[..., R], max_size: int | None, key: Callable[..., Hashable]
    ) -> None:
        functools.update_wrapper(self, func)
        self._func = func
        self._max_size = max_size
        self._key = key
        self._results: OrderedDict[Hashable, R] = OrderedDict()
        self._lock = threading.Lock()
        self._hits = self._misses = 0

    def __call__(self, *args: Any, **kwargs: Any) -> R:
        key = self._key(*args, **kwargs)
        with self._lock:
            if key in self._results:
                self._hits += 1
                self._results.move_to_end(key)
                return self._results[key]
            self._misses += 1
        result = self._func(*args, **kwargs)
        with self._lock:
            self._results[key] = result
            if self._max_size is not None and len(self._results) > self._max_size:
                self._results.popitem(last=False)
        return result

    def __get__(self, instance: Any, owner: type | None = None) -> Callable[..., R]:
        return self if instance is None else functools.partial(self, instance)

    def clear(self) -> None:
        """Forget all results and statistics."""
        with self._lock:
            self._results.clear()
            self._hits = self._misses = 0

    def info(self) -> dict[str, int]:
        """Return the numbers of hits, misses and stored results."""
        with self._lock:
            return {"hits": self._hits, "misses": self._misses, "size": len(self._results)}


def memoize(
    *, max_size: int | None = None, key: Callable[..., Hashable] = _default_key
) -> Callable[[Callable[..., R]], Memoized[R]]:
    """Decorate a function so that each distinct call is computed only once.

    ``max_size`` bounds the store; the result unused for longest goes first.
    ``key`` turns the call's arguments into the hashable value that identifies it.
    """
    if max_size is not None and max_size < 1:
        raise ValueError(f"max_size must be at least 1, got {max_size}")
    return lambda func: Memoized(func, max_size, key)
