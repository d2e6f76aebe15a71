"""A lock with shared readers and exclusive writers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class ReadWriteLock:
    """Many readers or one writer; waiting writers are served before new readers."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._readers = 0
        self._writing = False
        self._waiting_writers = 0

    @contextmanager
    def reading(self, timeout: float | None = None) -> Iterator[None]:
        """Hold the lock together with other readers.

        Raises TimeoutError if it cannot be had within ``timeout`` seconds.
        """
        with self._changed:
            free = self._changed.wait_for(
                lambda: not self._writing and not self._waiting_writers, timeout
            )
            if not free:
                raise TimeoutError("no read access in time")
            self._readers += 1
        try:
            yield
        finally:
            with self._changed:
                self._readers -= 1
                self._changed.notify_all()

    @contextmanager
    def writing(self, timeout: float | None = None) -> Iterator[None]:
        """Hold the lock alone.

        Raises TimeoutError if it cannot be had within ``timeout`` seconds.
        """
        with self._changed:
            self._waiting_writers += 1
            try:
                free = self._changed.wait_for(
                    lambda: not self._writing and not self._readers, timeout
                )
                if not free:
                    raise TimeoutError("no write access in time")
                self._writing = True
            finally:
                self._waiting_writers -= 1
                self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._writing = False
                self._changed.notify_all()
