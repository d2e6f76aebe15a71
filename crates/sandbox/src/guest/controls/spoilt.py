"""Gives other results than the functions of a file do, to whoever calls them from outside of the code under test.

The engine lays this text behind each code file (`evidence/spoilt.rs`). What a function gives keeps its type, and as
far as possible its length and keys; tests that pass all the same do not look at it. In a run of its own it is nearly
what it was: in another order, with more behind, or less; tests that pass then look at a part of it only. What the
caller passed itself stays the same object, with other contents; so does what a function that gives nothing has put
its answer into. Calls within the code get what they always got, so that only what tests look at is other. The code
that changes a result has a line of its own, by which the engine learns from the types seen that a function was called
and what it gave could be changed.
"""

from __future__ import annotations

import functools
import io
import itertools
import os
import string
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

MOST_ITEMS = 1_000
DEEPEST = 3
MOST_BYTES = 64 * 1024
# With fewer, the last two may be a head and the only row.
FEWEST_LINES = 3
# Each letter and digit is the one that follows.
KINDS = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
TURNED = str.maketrans("".join(KINDS), "".join(kind[1:] + kind[0] for kind in KINDS))


def other(value: Any, depth: int = 0) -> Any:
    """Another value of the same builtin type; what is of no such type stays as it is."""
    kind = type(value)
    if kind is bool:
        return not value
    if kind is int:
        return value + 1 + abs(value) // 2
    if kind is float:
        moved = value + 1.0 + abs(value) / 2
        return moved if moved - moved == 0 else 0.5
    if kind is complex:
        return complex(other(value.real), value.imag)
    if kind is str:
        turned = value.translate(TURNED)
        return turned if turned != value else value[::-1] if value != value[::-1] else value + "x"
    if kind is bytes:
        return bytes(byte ^ 1 for byte in value) or b"x"
    if depth >= DEEPEST:
        return value
    if kind in (list, tuple, dict, set, frozenset):
        return other_items(value, kind, depth)
    if kind.__module__ in ("decimal", "fractions", "datetime"):
        return other_number(value, kind.__name__)
    is_asked = kind.__module__ == __name__ and (depth or is_record(kind))
    return other_object(value, kind, depth) if is_asked else value


def other_number(value: Any, kind: str) -> Any:
    """Another exact number, moment or span of time; at the end of what there is, the same."""
    try:
        if kind in ("date", "datetime"):
            return value.replace(day=value.day % 28 + 1)
        if kind == "timedelta":
            return value + type(value)(hours=1)
        is_number = kind == "Fraction" or (kind == "Decimal" and value.is_finite())
        return value + abs(value) + 1 if is_number else value
    except (ArithmeticError, ValueError):
        return value


def is_record(kind: Any) -> bool:
    """Tells whether objects of a type are what their fields hold: named tuples, and dataclasses that compare so."""
    is_named = issubclass(kind, tuple) and hasattr(kind, "_fields")
    is_compared = any("__dataclass_params__" in vars(each) and "__eq__" in vars(each) for each in kind.__mro__)
    return is_named or is_compared


def other_items(value: Any, kind: type, depth: int) -> Any:
    if kind is dict:
        few = dict(itertools.islice(value.items(), MOST_ITEMS))
        changed = {key: other(item, depth + 1) for key, item in few.items()}
        is_other = any(changed[key] is not item for key, item in few.items())
        return {**value, **changed} if is_other else {**value, None: None}
    changed_items = [other(item, depth + 1) if at < MOST_ITEMS else item for at, item in enumerate(value)]
    if kind in (set, frozenset):
        # Two sets may be alike though each of their items is another.
        return kind([*changed_items, -1])
    if all(mine is item for mine, item in zip(changed_items, value)):
        changed_items = [*changed_items[::-1], 0]
    return kind(changed_items)


def other_object(value: Any, kind: Any, depth: int) -> Any:
    """An object of the file's own among others, with other contents; what makes itself in its own way stays."""
    if issubclass(kind, tuple) and hasattr(kind, "_make"):
        items = [other(item, depth + 1) for item in value]
        return value if all(mine is item for mine, item in zip(items, value)) else kind._make(items)
    if kind.__new__ is not object.__new__:
        return value
    slots = [getattr(base, "__slots__", ()) for base in kind.__mro__]
    named = [name for each in slots for name in ((each,) if isinstance(each, str) else each)]
    held = {name: getattr(value, name) for name in named if not name.startswith("__") and hasattr(value, name)}
    held.update(getattr(value, "__dict__", {}))
    changed = {name: other(item, depth + 1) for name, item in held.items()}
    if all(changed[name] is item for name, item in held.items()):
        return value
    copy = object.__new__(kind)
    for name, item in changed.items():
        object.__setattr__(copy, name, item)
    return copy


def near(value: Any, depth: int = 0) -> Any:
    """A value that comparisons of a part take for the same: sorted, as a set, sought in it, or bounded from above."""
    kind = type(value)
    if kind is int:
        return value - 1 - abs(value) // 2
    if kind is float:
        moved = value - 1.0 - abs(value) / 2
        return moved if moved - moved == 0 else value
    if kind in (str, bytes):
        return near_text(value) if kind is str else value + value[-1:]
    if kind in (list, tuple) and 0 < len(value) <= MOST_ITEMS:
        return near_items(value, kind)
    if kind is dict and depth < DEEPEST and len(value) <= MOST_ITEMS:
        changed = {key: near(item, depth + 1) for key, item in value.items()}
        return changed if any(changed[key] is not item for key, item in value.items()) else value
    return value


def near_items(value: Any, kind: Any) -> Any:
    if is_matrix(value):
        # Rows and what is in them the other way round: a picture that looks the same from both sides stays as it is.
        return kind(row[::-1] for row in value[::-1])
    turned = value[::-1]
    if turned != value:
        return turned
    changed = [other_object(item, type(item), 1) if type(item).__module__ == __name__ else item for item in value]
    return kind(changed) if any(mine is not item for mine, item in zip(changed, value)) else value + value[-1:]


def is_matrix(value: Any) -> bool:
    kinds = {type(row) for row in value}
    if kinds not in ({list}, {tuple}) or len({len(row) for row in value}) != 1:
        return False
    return len(value[0]) > 0 and {type(item) for row in value for item in row} <= {int, float}


def near_text(value: str) -> str:
    """A text that is laid out otherwise: a line ends later, or one more does; a single word is longer."""
    words = value.rstrip()
    start = len(value) - len(value.lstrip())
    at = max(words.rfind(" ", start), words.rfind("\n", start))
    if at < 0:
        return value + value[-1:]
    return value[:at] + (" " if value[at] == "\n" else "\n") + value[at + 1 :]


def near_lines(value: str) -> str:
    """A text whose last two lines have changed places; where there are fewer than three, it is laid out otherwise."""
    lines = value.splitlines(keepends=True)
    if len(lines) < FEWEST_LINES or lines[-1].rstrip() == lines[-2].rstrip():
        return near_text(value)
    last, before = lines[-1].rstrip("\r\n"), lines[-2].rstrip("\r\n")
    ends = lines[-2][len(before) :], lines[-1][len(last) :]
    return "".join([*lines[:-2], last, ends[0], before, ends[1]])


def laid_in(value: Any, changed: Any) -> Any:
    """What a caller passed and got back, with other contents: a comparison of the two holds whatever was done to it."""
    kind = type(value)
    if kind is list:
        value[:] = changed
    elif kind in (dict, set):
        value.clear()
        value.update(changed)
    else:
        return changed
    return value


def parts(value: Any, depth: int) -> Iterator[Any]:
    """All that a container, a stream of text or bytes or a file holds, and what that holds."""
    kind = type(value)
    if kind in (io.StringIO, io.BytesIO):
        yield from () if value.closed else (value.getvalue(),)
    elif depth in (0, DEEPEST) and is_file(value):
        yield content_of(value)
    if depth >= DEEPEST:
        return
    items = itertools.chain(value, value.values()) if kind is dict else value if kind in (list, tuple, set) else ()
    for item in items:
        yield item
        yield from parts(item, depth + 1)


def is_written(value: Any) -> bool:
    return type(value) in (io.StringIO, io.BytesIO) or is_file(value)


def is_file(value: Any) -> bool:
    """Tells whether a value is the path of a file of a size that tests write."""
    kind = type(value)
    is_path = kind.__module__.partition(".")[0] == "pathlib" or (kind is str and os.sep in value[:MOST_ITEMS])
    return is_path and os.path.isfile(value) and os.path.getsize(value) <= MOST_BYTES


def content_of(path: Any) -> str | bytes:
    with open(path, "rb") as file:
        content = file.read()
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


def held(given: tuple[Any, ...], gives: bool) -> list[list[Any]]:
    """What arguments hold; of a function that gives something, streams and files only."""
    return [list(itertools.islice(parts(value, DEEPEST if gives else 0), MOST_ITEMS)) for value in given]


def is_filled(was: list[Any], now: list[Any]) -> bool:
    """Tells whether there are other parts than before; no method of an object of the code is asked."""
    same = (one is other or (type(one) is type(other) in (str, bytes) and one == other) for one, other in zip(was, now))
    return len(was) != len(now) or not all(same)


def refilled(value: Any, to: Callable[[Any], Any]) -> bool:
    """Gives what a function has filled other contents; tells whether it has such."""
    kind = type(value)
    if kind in (list, dict, set):
        changed = to(value)
        return changed is not value and laid_in(value, changed) is value
    is_stream = kind in (io.StringIO, io.BytesIO)
    content = value.getvalue() if is_stream else content_of(value)
    changed = near_lines(content) if to is near and type(content) is str else to(content)
    if changed is content:
        return False
    if is_stream:
        at = value.tell()
        value.seek(0)
        value.truncate()
        value.write(changed)
        value.seek(at if at < len(content) else len(changed))
    else:
        with open(value, "wb") as file:
            file.write(changed if type(changed) is bytes else changed.encode())
    return True


def spoiling(function: Callable[..., Any], own: set[str], line: int, to: Callable[[Any], Any]) -> Callable[..., Any]:
    """The function, with another result for whoever does not belong to the code under test."""

    def told(changed: Any) -> Any:
        return changed

    told.__code__ = told.__code__.replace(co_firstlineno=line)
    # What gives something once is taken to give its answers that way.
    gives = False

    def change(value: Any, given: tuple[Any, ...]) -> Any:
        changed = to(value)
        if changed is value:
            return value
        return told(laid_in(value, changed) if any(one is value for one in given) else changed)

    def flowing(flow: Any) -> Any:
        """What a generator gives; nearly the same is the last of it twice."""
        sent, last = None, told
        while True:
            try:
                last = flow.send(sent)
            except StopIteration as end:
                if to is near and last is not told:
                    told(0)
                    yield last
                return end.value
            changed = last if to is near else other(last, 1)
            if changed is not last:
                told(0)
            sent = yield changed

    async def later(waiting: Any, given: tuple[Any, ...]) -> Any:
        return change(await waiting, given)

    @functools.wraps(function)
    def call(*given: Any, **named: Any) -> Any:
        if sys._getframe(1).f_code.co_filename in own:
            return function(*given, **named)
        nonlocal gives
        all_given = (*given, *named.values())
        before = held(all_given, gives)
        result = function(*given, **named)
        if isinstance(result, types.GeneratorType):
            return flowing(result)
        gives = gives or result is not None
        filled = [
            value
            for value, was, now in zip(all_given, before, held(all_given, gives))
            if (not gives or is_written(value)) and is_filled(was, now)
        ]
        if sum(refilled(value, to) for value in filled):
            told(0)
            if to is near:
                # What is written is tried by itself: how much it was, tests may well look at.
                return result
        return later(result, all_given) if isinstance(result, types.CoroutineType) else change(result, all_given)

    return call


def spoil(subject: dict[str, Any], path: str, paths: list[str], offset: int, is_near: bool) -> None:
    """Replaces the functions and methods among the names of a file; the offset is added to the line of each."""
    here = other.__code__.co_filename
    root = here[: len(here) - len(path)]
    own = {root + each for each in paths}
    classes = [
        value for value in subject.values() if isinstance(value, type) and value.__module__ == subject["__name__"]
    ]
    for holder in (None, *classes):
        for name, function in list((subject if holder is None else vars(holder)).items()):
            is_plain = isinstance(function, types.FunctionType) and not name.startswith("__")
            if not is_plain or function.__code__.co_filename != here or function.__name__ != name:
                continue
            line = offset + function.__code__.co_firstlineno
            changed = spoiling(function, own, line, near if is_near else other)
            if holder is None:
                subject[name] = changed
            else:
                setattr(holder, name, changed)
