"""Varies inputs that a suite has: the same types, slightly other values, in a fixed order.

`compare.py` calls candidates with them. No randomness is involved, so the same question has the same answer tomorrow.
"""

from __future__ import annotations

import itertools
import json
import re

import _saraphina_controls_values as values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from _saraphina_types import Arguments, Call, Input, Place, T

MOST_PER_CALL = 60
MOST_TEXT = 1_500
MOST_OTHERS = 6
BIG = 10**6


def inputs(calls: list[Call], most: int, goes_far: bool) -> list[Input]:
    """At most so many inputs that no test has, taken from all calls in turn; far ones too where that is wanted."""
    given = {key(call) for call in calls}
    others = calls if goes_far else []
    streams = [itertools.islice(variations(call, others), MOST_PER_CALL) for call in calls]
    found: list[Input] = []
    for made in by_turns(unknown(stream, given) for stream in streams):
        if len(found) >= most:
            break
        if len(made["text"]) <= MOST_TEXT:
            found.append(made)
    return found


def unknown(stream: Iterable[Input], given: set[str]) -> Iterator[Input]:
    """Lets only what is new through; it is known from then on."""
    for made in stream:
        name = key(made)
        if name not in given:
            given.add(name)
            yield made


def by_turns(streams: Iterable[Iterable[T]]) -> Iterator[T]:
    """One item of each stream, then the next of each, until all have ended."""
    streams = [iter(stream) for stream in streams]
    while streams:
        still = []
        for stream in streams:
            for item in itertools.islice(stream, 1):
                still.append(stream)
                yield item
        streams = still


def key(call: Call | Input) -> str:
    return json.dumps([call["module"], call["function"], call["args"], call["named"]], sort_keys=True)


def variations(call: Call, others: list[Call]) -> Iterator[Input]:
    """Calls with one argument changed: the smallest changes first, far ones among them where others are given."""
    try:
        given = arguments(call)
        alike = itertools.islice((other for other in others if is_alike(call, other)), MOST_OTHERS)
        passed = [arguments(other) for other in alike]
    except Exception:  # what is told of calls may be anything
        return
    places = [(0, place) for place in range(len(given[0]))] + [(1, name) for name in given[1]]
    near = by_turns(each_at(place, variants(given[place[0]][place[1]])) for place in places)
    far = by_turns(each_at(place, far_variants(given, passed, place)) for place in places)
    for place, value in by_turns([near, far] if others else [near]):
        yield changed(call, given, place, value)


def each_at(place: T, stream: Iterable[Any]) -> Iterator[tuple[T, Any]]:
    return ((place, value) for value in stream)


def arguments(call: Call) -> Arguments:
    return [values.decode(item) for item in call["args"]], {
        name: values.decode(item) for name, item in call["named"].items()
    }


def is_alike(call: Call, other: Call) -> bool:
    """Tells whether another call is of the same function, with arguments at the same places."""
    is_same = all(call[name] == other[name] for name in ("module", "function"))
    is_like = len(call["args"]) == len(other["args"]) and call["named"].keys() == other["named"].keys()
    return other is not call and is_same and is_like


def far_variants(given: Arguments, passed: list[Arguments], place: Place) -> Iterator[Any]:
    """What other calls pass at a place, parts of that behind parts of the own value, other numbers and orders in it."""
    side, name = place
    value = given[side][name]
    found = [other[side][name] for other in passed if type(other[side][name]) is type(value)]
    streams: list[Iterable[Any]] = [found]
    if type(value) is int:
        streams.append(item for item in (value + 2, 10 * value) if abs(item) < BIG * BIG)
    if type(value) in (str, bytes, list, tuple):
        streams.append(value[: len(value) // 2] + item[len(item) // 2 :] for item in found)
        streams.append(value + item for item in found)
    if type(value) is str:
        streams.append(itertools.islice(renumbered(value), 6))
        streams.append(swapped(value))
    yield from by_turns(streams)


def renumbered(value: str) -> Iterator[str]:
    """A text with another number in it."""
    for found in re.finditer("[0-9]+", value):
        number = int(found[0][-9:])
        for other in (number + 1, 10 * number + 2, 0):
            yield f"{value[: found.start()]}{other}{value[found.end() :]}"


def swapped(value: str) -> Iterator[str]:
    """A text with two characters in the other order."""
    for place in range(min(len(value) - 1, 4)):
        yield value[:place] + value[place + 1] + value[place] + value[place + 2 :]


def own(call: Call) -> Input:
    """A call as it is."""
    return {"module": call["module"], "function": call["function"], "args": call["args"], "named": call["named"]}


def changed(call: Call, given: Arguments, place: Place, value: Any) -> Input:
    args, named = list(given[0]), dict(given[1])
    (args, named)[place[0]][place[1]] = value
    words = [text(item) for item in args] + [f"{name}={text(item)}" for name, item in named.items()]
    return {
        "module": call["module"],
        "function": call["function"],
        "args": [values.encode(item) for item in args],
        "named": {name: values.encode(item) for name, item in named.items()},
        "text": f"{call['function']}({', '.join(words)})",
    }


def variants(value: Any, depth: int = 0) -> Iterator[Any]:
    """Other values of the same type, near ones first."""
    if type(value) is bool:
        yield not value
    elif type(value) is int:
        yield from (
            item for item in (value + 1, value - 1, 0, -value, 1, 2 * value) if item != value and abs(item) < BIG * BIG
        )
    elif type(value) is float:
        yield from (item for item in (value + 1, value - 1, 0.0, -value, value / 2) if item != value)
    elif type(value) is str:
        yield from of_text(value)
    elif type(value) is bytes:
        yield from (item.encode("latin-1") for item in of_text(value.decode("latin-1")))
    elif type(value) in (list, tuple) and depth < 3:
        yield from (type(value)(item) for item in of_items(list(value), depth))
    elif type(value) in (set, frozenset) and depth < 3:
        items = sorted(value, key=repr)
        yield from (type(value)(item) for item in of_items(items, depth) if is_hashable(item))
    elif type(value) is dict and depth < 3:
        yield from of_dict(value, depth)


def of_text(value: str) -> Iterator[str]:
    made = [
        value[:-1],
        value[1:],
        value + value[:1],
        value[::-1],
        value + value,
        "",
        value.upper(),
        value.lower(),
        f"{value} ",
    ]
    made += [value[:place] + value[place + 1 :] for place in range(1, min(len(value) - 1, 6))]
    made += [value[:place] + "a" + value[place:] for place in range(min(len(value) + 1, 4))]
    yield from (item for item in dict.fromkeys(made) if item != value and len(item) < 400)


def of_items(items: list[Any], depth: int) -> Iterator[list[Any]]:
    yield items[:-1]
    if items:
        yield items + items[-1:]
        yield items[1:]
        yield items[::-1]
        yield items[:1] + items
        if depth == 0:
            yield items[len(items) // 2 :] + items[: len(items) // 2]
        places = enumerate(items[:12])
        for place, item in by_turns(each_at(place, variants(item, depth + 1)) for place, item in places):
            yield items[:place] + [item] + items[place + 1 :]
    yield []


def of_dict(value: dict[Any, Any], depth: int) -> Iterator[dict[Any, Any]]:
    items = list(value.items())
    for place in range(min(len(items), 8)):
        yield dict(items[:place] + items[place + 1 :])
    for name, item in items[:8]:
        for other in itertools.islice(variants(item, depth + 1), 4):
            yield {**value, name: other}
    yield {}


def is_hashable(items: Iterable[object]) -> bool:
    try:
        set(items)
    except TypeError:
        return False
    return True


def text(value: object) -> str:
    """A value as source text; objects by their type only."""
    coded = values.encode(value)
    if '"other"' in json.dumps(coded):
        return f"<{type(value).__name__}>"
    return repr(value)
