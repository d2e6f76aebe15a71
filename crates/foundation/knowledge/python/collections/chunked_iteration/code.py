"""Iterate over data in batches."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def chunked(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of ``size`` consecutive items; the last one may be shorter.

    The check of ``size`` happens at the call, not at the first iteration.
    """
    if size < 1:
        raise ValueError(f"size must be at least 1, got {size}")

    def batches() -> Iterator[list[T]]:
        source = iter(items)
        while batch := list(islice(source, size)):
            yield batch

    return batches()


def split_evenly(items: Sequence[T], parts: int) -> list[Sequence[T]]:
    """Cut ``items`` into ``parts`` slices whose lengths differ by at most one.

    The longer slices come first; slices are empty when there are more parts
    than items.
    """
    if parts < 1:
        raise ValueError(f"parts must be at least 1, got {parts}")
    quotient, remainder = divmod(len(items), parts)
    slices = []
    start = 0
    for index in range(parts):
        end = start + quotient + (1 if index < remainder else 0)
        slices.append(items[start:end])
        start = end
    return slices
