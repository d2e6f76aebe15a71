"""Retry for coroutine functions."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

PASSING_ERRORS = (OSError, asyncio.TimeoutError)


def async_retry(
    attempts: int = 3,
    first_delay: float = 0.1,
    *,
    on: type[Exception] | tuple[type[Exception], ...] = PASSING_ERRORS,
    attempt_timeout: float | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> Callable[[Callable[P, Awaitable[R]]], Callable[P, Awaitable[R]]]:
    """Decorate a coroutine function to be awaited again when it raises ``on``.

    The pause starts at ``first_delay`` seconds and doubles after each failure.
    With ``attempt_timeout`` an attempt is stopped after that many seconds; the
    timeout is retried if ``on`` covers it, as the default does.
    """
    if attempts < 1:
        raise ValueError(f"attempts must be at least 1, got {attempts}")
    if first_delay < 0:
        raise ValueError(f"first_delay must not be negative, got {first_delay}")

    def decorate(func: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
        @functools.wraps(func)
        async def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            delay = first_delay
            for _ in range(attempts - 1):
                try:
                    return await asyncio.wait_for(func(*args, **kwargs), attempt_timeout)
                except on:
                    await sleep(delay)
                    delay *= 2
            return await asyncio.wait_for(func(*args, **kwargs), attempt_timeout)

        return wrapper

    return decorate
