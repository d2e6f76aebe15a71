"""A decorator that logs calls."""

import inspect
import logging
import time
from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

MAX_CHARS = 80


def log_calls(
    log: Callable[[str], object] = logging.getLogger("calls").info,
    hidden: Collection[str] = (),
    clock: Callable[[], float] = time.perf_counter,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that logs each call as one line; ``hidden`` arguments are masked."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(function)

        @wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            call = f"{function.__name__}({_shown(signature, args, kwargs, hidden)})"
            begun = clock()
            try:
                result = function(*args, **kwargs)
            except Exception as error:
                log(f"{call} raised {error!r} after {clock() - begun:.3f} s")
                raise
            log(f"{call} -> {_cut(result)} in {clock() - begun:.3f} s")
            return result

        return wrapper

    return decorate


def _shown(
    signature: inspect.Signature,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    hidden: Collection[str],
) -> str:
    try:
        bound = signature.bind(*args, **kwargs).arguments
    except TypeError:
        return "arguments that do not fit"
    parts = [f"{name}={'***' if name in hidden else _cut(value)}" for name, value in bound.items()]
    return ", ".join(parts)


def _cut(value: object) -> str:
    text = repr(value)
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1] + "…"
