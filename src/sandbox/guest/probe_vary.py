"""Inputs like those that a suite has: the same types, slightly other values, in a fixed order."""

import itertools
import json

import _saraphina_values as values

MOST_PER_CALL = 60
MOST_TEXT = 1_500
BIG = 10**6


def inputs(calls, most):
    """At most so many inputs that no test has, taken from all calls in turn."""
    given = {key(call) for call in calls}
    streams = [itertools.islice(variations(call), MOST_PER_CALL) for call in calls]
    found = []
    while streams and len(found) < most:
        still = []
        for stream in streams:
            made = next((item for item in stream if key(item) not in given), None)
            if made is None:
                continue
            still.append(stream)
            given.add(key(made))
            if len(made["text"]) <= MOST_TEXT and len(found) < most:
                found.append(made)
        streams = still
    # What tests call themselves also tells candidates apart that no test looks at closely.
    return found


def key(call):
    return json.dumps([call["module"], call["function"], call["args"], call["named"]], sort_keys=True)


def variations(call):
    """Calls with one argument changed, the smallest changes of every argument first."""
    try:
        args = [values.decode(item) for item in call["args"]]
        named = {name: values.decode(item) for name, item in call["named"].items()}
    except Exception:  # what is told of calls may be anything
        return
    places = [("args", place) for place in range(len(args))] + [("named", name) for name in named]
    streams = [(place, variants((args if place[0] == "args" else named)[place[1]])) for place in places]
    while streams:
        still = []
        for place, stream in streams:
            for value in itertools.islice(stream, 1):
                still.append((place, stream))
                yield changed(call, (args, named), place, value)
        streams = still


def own(call):
    """A call as it is."""
    return {name: call[name] for name in ("module", "function", "args", "named")}


def changed(call, given, place, value):
    args, named = list(given[0]), dict(given[1])
    (args if place[0] == "args" else named)[place[1]] = value
    words = [text(item) for item in args] + [f"{name}={text(item)}" for name, item in named.items()]
    return {
        "module": call["module"],
        "function": call["function"],
        "args": [values.encode(item) for item in args],
        "named": {name: values.encode(item) for name, item in named.items()},
        "text": f"{call['function']}({', '.join(words)})",
    }


def variants(value, depth=0):
    """Other values of the same type, near ones first."""
    if type(value) is bool:
        yield not value
    elif type(value) is int:
        yield from (item for item in (value + 1, value - 1, 0, -value, 1, 2 * value) if item != value and abs(item) < BIG * BIG)
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


def of_text(value):
    made = [value[:-1], value[1:], value + value[:1], value[::-1], value + value, "", value.upper(), value.lower(), f"{value} "]
    made += [value[:place] + value[place + 1 :] for place in range(1, min(len(value) - 1, 6))]
    made += [value[:place] + "a" + value[place:] for place in range(min(len(value) + 1, 4))]
    yield from (item for item in dict.fromkeys(made) if item != value and len(item) < 400)


def of_items(items, depth):
    yield items[:-1]
    if items:
        yield items + items[-1:]
        yield items[1:]
        yield items[::-1]
        yield items[:1] + items
        streams = [(place, variants(item, depth + 1)) for place, item in enumerate(items[:12])]
        while streams:
            still = []
            for place, stream in streams:
                for item in itertools.islice(stream, 1):
                    still.append((place, stream))
                    yield items[:place] + [item] + items[place + 1 :]
            streams = still
            if depth == 0:
                yield items[len(items) // 2 :] + items[: len(items) // 2]
    yield []


def of_dict(value, depth):
    items = list(value.items())
    for place in range(min(len(items), 8)):
        yield dict(items[:place] + items[place + 1 :])
    for name, item in items[:8]:
        for other in itertools.islice(variants(item, depth + 1), 4):
            yield {**value, name: other}
    yield {}


def is_hashable(items):
    try:
        set(items)
    except TypeError:
        return False
    return True


def text(value):
    """A value as source text; objects by their type only."""
    coded = values.encode(value)
    if '"other"' in json.dumps(coded):
        return f"<{type(value).__name__}>"
    return repr(value)
