"""Properties that the answers of a suite's own calls have in common, to be asked of answers that no test knows.

Invariants are guessed from a few observations, as Daikon does (Ernst et al., 2007): a hint which of several answers is
the odd one, never a claim about what is right.
"""

from __future__ import annotations

import _saraphina_controls_values as values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from _saraphina_types import ArgumentClaim, Claim, Claims, Coded, Input, Shape

# Fewest different observations of which a property is guessed.
FEWEST = 3
MOST_OBSERVED = 60


class Observed:
    """A call and what it answered, decoded."""

    def __init__(self, item: Input, coded: Coded) -> None:
        _, result, changed = coded
        self.function = item["function"]
        self.args = [values.decode(each) for each in [*item["args"], *item["named"].values()]]
        self.result = values.decode(result)
        self.keeps = len(changed) == len(self.args) and [values.decode(each) for each in changed] == self.args


def observed(item: Input, coded: Any) -> Observed | None:
    """Nothing where the call gave no plain value."""
    if not (isinstance(coded, list) and len(coded) == 3 and coded[0] == "gave"):
        return None
    try:
        return Observed(item, coded)
    except Exception:  # what is told of answers may be anything
        return None


def mine(known: list[Observed]) -> Claims:
    """Properties of each function, by name, that all of its observations have."""
    by_function: dict[str, list[Observed]] = {}
    for one in known[:MOST_OBSERVED]:
        by_function.setdefault(one.function, []).append(one)
    return {function: of_function(some) for function, some in by_function.items()}


def of_function(some: list[Observed]) -> dict[str, Claim]:
    found: dict[str, Claim] = {}
    if len({repr(one.args) for one in some}) < FEWEST:
        return found
    shapes = [shape(one.result) for one in some]
    found["gives values of the same types"] = lambda one: fits(shape(one.result), shapes)
    count = min(len(one.args) for one in some)
    asked: dict[str, Claim] = dict(WHOLE)
    for place in range(count):
        asked |= {f"{name} argument {place + 1}": at(place, claim) for name, claim in OF_ARGUMENT.items()}
    for name, claim in asked.items():
        said = [(sure(claim, one), one) for one in some]
        told = {repr((one.args, one.result)) for answer, one in said if answer}
        if len(told) >= FEWEST and not any(answer is False for answer, _ in said):
            found[name] = claim
    return found


def broken(found: Claims, one: Observed) -> list[str]:
    """Names of the properties that an answer does not have."""
    return [name for name, claim in found.get(one.function, {}).items() if sure(claim, one) is False]


def sure(claim: Claim, one: Observed) -> bool | None:
    """Yes, no, or nothing where the claim makes no sense."""
    try:
        return claim(one)
    except Exception:  # values of any type meet here
        return None


def shape(value: Any, depth: int = 0) -> Shape:
    kind = type(value)
    if kind in (list, tuple, set, frozenset) and depth < 3:
        return kind.__name__, frozenset(shape(item, depth + 1) for item in value)
    if kind is dict and depth < 3:
        sides = [(shape(key, depth + 1), shape(item, depth + 1)) for key, item in value.items()]
        return "dict", frozenset(sides)
    return kind.__name__, frozenset()


def fits(own: Shape, shapes: list[Shape]) -> bool:
    """Tells whether a shape is one of those that were seen, elements in any mixture of the ones that were seen."""
    alike = [inner for kind, inner in shapes if kind == own[0]]
    seen = frozenset().union(*alike)
    return bool(alike) and (not seen or own[1] <= seen)


def at(place: int, claim: ArgumentClaim) -> Claim:
    return lambda one: claim(one.args[place], one.result)


def is_sized(*items: object) -> bool:
    return all(type(item) in (list, tuple, str, set, frozenset, dict, bytes) for item in items)


def is_number(*items: object) -> bool:
    return all(type(item) in (int, float) for item in items)


def is_row(*items: object) -> bool:
    return all(type(item) in (list, tuple, str) for item in items)


def when(is_meant: Callable[..., bool], claim: ArgumentClaim) -> ArgumentClaim:
    return lambda given, result: claim(given, result) if is_meant(given, result) else None


def is_rising(result: Any) -> bool:
    return all(one <= other for one, other in zip(result, result[1:]))


def is_falling(result: Any) -> bool:
    return all(one >= other for one, other in zip(result, result[1:]))


def of_rows(claim: Callable[[Any], bool]) -> Claim:
    return lambda one: claim(one.result) if type(one.result) in (list, tuple) and len(one.result) > 1 else None


WHOLE: dict[str, Claim] = {
    "leaves its arguments alone": lambda one: one.keeps,
    "is not negative": lambda one: one.result >= 0 if is_number(one.result) else None,
    "rises": of_rows(is_rising),
    "falls": of_rows(is_falling),
}
OF_ARGUMENT: dict[str, ArgumentClaim] = {
    "is as long as": when(is_sized, lambda given, result: len(given) == len(result)),
    "is no longer than": when(is_sized, lambda given, result: len(result) <= len(given)),
    "is no shorter than": when(is_sized, lambda given, result: len(result) >= len(given)),
    "has only elements of": when(is_row, lambda given, result: set(result) <= set(given)),
    "has all elements of": when(is_row, lambda given, result: set(given) <= set(result)),
    "rearranges": when(is_row, lambda given, result: sorted(given) == sorted(result)),
    "is no larger than": when(is_number, lambda given, result: result <= given),
    "is no smaller than": when(is_number, lambda given, result: result >= given),
    "is an element of": lambda given, result: result in given if is_row(given) and not is_row(result) else None,
    "is no larger than the length of": lambda given, result: (
        result <= len(given) if is_sized(given) and type(result) is int else None
    ),
}
