"""Recursive merging of nested dictionaries."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

ListRule = Callable[[list[Any], list[Any]], list[Any]]

LIST_RULES: dict[str, ListRule] = {
    "replace": lambda old, new: new,
    "append": lambda old, new: old + new,
    "unique": lambda old, new: old + [item for item in new if item not in old],
}


def deep_merge(
    base: Mapping[Any, Any], override: Mapping[Any, Any], lists: str = "replace"
) -> dict[Any, Any]:
    """Return ``base`` with ``override`` merged over it; neither is changed.

    Where both sides hold a mapping the merge goes deeper; otherwise the value
    of ``override`` wins.  ``lists`` says what happens when both sides hold a
    list: "replace", "append" or "unique".
    """
    try:
        rule = LIST_RULES[lists]
    except KeyError:
        raise ValueError(f"lists must be one of {sorted(LIST_RULES)}, got {lists!r}") from None
    return deepcopy(_merged(base, override, rule))


def _merged(base: Mapping[Any, Any], override: Mapping[Any, Any], rule: ListRule) -> dict[Any, Any]:
    """Merge without copying the leaves; ``deep_merge`` copies once at the end."""
    result = dict(base)
    for key, new in override.items():
        old = result.get(key)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            result[key] = _merged(old, new, rule)
        elif isinstance(old, list) and isinstance(new, list):
            result[key] = rule(old, new)
        else:
            result[key] = new
    return result


def merge_all(*layers: Mapping[Any, Any], lists: str = "replace") -> dict[Any, Any]:
    """Merge any number of dictionaries from left (weakest) to right (strongest)."""
    result: dict[Any, Any] = {}
    for layer in layers:
        result = deep_merge(result, layer, lists)
    return result
