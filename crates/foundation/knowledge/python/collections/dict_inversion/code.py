"""Dictionaries turned around."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)


def invert(mapping: Mapping[K, V]) -> dict[V, K]:
    """Return values with their keys; a value that occurs twice raises ValueError."""
    inverted: dict[V, K] = {}
    for key, value in mapping.items():
        if value in inverted:
            raise ValueError(f"{value!r} belongs to {inverted[value]!r} and to {key!r}")
        inverted[value] = key
    return inverted


def invert_all(mapping: Mapping[K, V]) -> dict[V, list[K]]:
    """Return each value with all of its keys, in their order."""
    inverted: dict[V, list[K]] = {}
    for key, value in mapping.items():
        inverted.setdefault(value, []).append(key)
    return inverted


def invert_lists(mapping: Mapping[K, Iterable[V]]) -> dict[V, list[K]]:
    """Return each item of the lists with the keys whose lists hold it."""
    inverted: dict[V, list[K]] = {}
    for key, values in mapping.items():
        for value in dict.fromkeys(values):
            inverted.setdefault(value, []).append(key)
    return inverted
