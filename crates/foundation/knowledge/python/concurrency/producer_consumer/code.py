"""Worker threads fed through a bounded queue."""

import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

STOP = object()


class WorkQueue(Generic[T]):
    """Context manager that hands items to ``workers`` threads.

    Leaving the block waits until all work is done; the first error of a worker
    is raised then, and work queued after it is skipped.
    """

    def __init__(
        self, consume: Callable[[T], object], workers: int = 4, max_waiting: int = 100
    ) -> None:
        if workers < 1 or max_waiting < 1:
            raise ValueError("workers and max_waiting must be at least 1")
        self._consume = consume
        self._queue: queue.Queue[Any] = queue.Queue(max_waiting)
        self._errors: list[Exception] = []
        self._threads = [
            threading.Thread(target=self._work, name=f"consumer-{number}", daemon=True)
            for number in range(workers)
        ]

    def put(self, item: T) -> None:
        """Queue ``item``, waiting while the queue is full."""
        self._queue.put(item)

    def _work(self) -> None:
        while (item := self._queue.get()) is not STOP:
            if self._errors:
                continue
            try:
                self._consume(item)
            except Exception as error:  # reported when the block is left
                self._errors.append(error)

    def __enter__(self) -> "WorkQueue[T]":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, error_type: type[BaseException] | None, *_: object) -> None:
        for _thread in self._threads:
            self._queue.put(STOP)
        for thread in self._threads:
            thread.join()
        if self._errors and error_type is None:
            raise self._errors[0]


def process_all(func: Callable[[T], R], items: Iterable[T], workers: int = 4) -> list[R]:
    """Return ``func`` of every item in input order, computed by worker threads."""
    results: dict[int, R] = {}

    def consume(numbered: tuple[int, T]) -> None:
        number, item = numbered
        results[number] = func(item)

    with WorkQueue(consume, workers) as work:
        for numbered in enumerate(items):
            work.put(numbered)
    return [results[number] for number in sorted(results)]
