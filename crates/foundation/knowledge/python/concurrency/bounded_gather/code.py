"""Concurrency limits for asyncio."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


async def map_limited(
    func: Callable[[T], Awaitable[R]], items: Iterable[T], limit: int
) -> list[R]:
    """Await ``func(item)`` for every item, at most ``limit`` at the same time.

    Results have the order of ``items``.  The first error cancels all other
    calls and is raised once they have ended.
    """
    if limit < 1:
        raise ValueError(f"limit must be at least 1, got {limit}")
    numbered = enumerate(items)
    results: dict[int, R] = {}

    async def worker() -> None:
        for number, item in numbered:
            results[number] = await func(item)

    workers = [asyncio.ensure_future(worker()) for _ in range(limit)]
    try:
        await asyncio.gather(*workers)
    finally:
        for task in workers:
            task.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return [results[number] for number in sorted(results)]


async def gather_settled(
    func: Callable[[T], Awaitable[R]], items: Iterable[T], limit: int
) -> list[R | Exception]:
    """Like ``map_limited``, but an error takes the place of its result."""

    async def settle(item: T) -> R | Exception:
        try:
            return await func(item)
        except Exception as error:  # returned to the caller in place of a value
            return error

    return await map_limited(settle, items, limit)
