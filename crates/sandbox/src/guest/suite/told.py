"""Tells the outside what a test has in its hands, where the box holds no expectation to compare it with.

Controls have tests in which `edits.py` put these calls in the place of comparisons. Nothing of the value is called:
what is not exactly of a builtin type, or one of Python's that `library.py` knows, is told by what the builtin base of
it holds, or by its name alone.
"""

from __future__ import annotations

import builtins
import json
import os

import _saraphina_controls_library as library
import _saraphina_controls_values as values

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any

    from _saraphina_types import Coded, Send

MOST_PER_NUMBER = 300
MOST_TOLD = 20_000
MOST_PARTS = 4_000
MOST_NAME = 1_000
# Each level may take four of the engine's parser, which goes a hundred and some deep.
MOST_DEPTH = 20
MOST_BITS = 64 * 1024
BASES = (bool, int, float, complex, str, bytes, list, tuple, set, frozenset, dict)
NOTHING = ["much"]


def begin(send: Send) -> None:
    """Gives test files the functions by which they tell values, exceptions and tests; the real run has them too."""
    teller = Teller(send)
    vars(builtins)["_saraphina_tell"] = teller.tell
    vars(builtins)["_saraphina_raising"] = teller.raising
    vars(builtins)["_saraphina_refuse"] = teller.refuse


class Teller:
    def __init__(self, send: Send) -> None:
        self.send = send
        self.process = os.getpid()
        self.told: dict[int, int] = {}
        self.closed: set[int] = set()
        self.total = 0
        # By number: tests in which an assertion of a helper was reached.
        self.refused: set[tuple[int, str]] = set()

    def tell(self, number: int, value: object, row: object = 0) -> bool:
        """Tells a value; the test goes on as if it were the right one."""
        if os.getpid() != self.process:
            return True
        if number in self.closed:
            return True
        count = self.told[number] = self.told.get(number, 0) + 1
        self.total += 1
        if count > MOST_PER_NUMBER or self.total > MOST_TOLD:
            # That there was too much to tell is told once of each, so that none seems to have been passed by.
            self.closed.add(number)
            self.say(number, 0, NOTHING)
            return True
        try:
            coded = Encoder().encode(value, 0)
            is_small = len(json.dumps(coded)) < values.MOST_CHARACTERS
        except (RecursionError, MemoryError, RuntimeError, ValueError):
            is_small = False
        self.say(number, row if type(row) is int else -1, coded if is_small else NOTHING)
        return True

    def refuse(self, number: int, _value: object) -> bool:
        """Tells in which test an assertion was reached, and has it fail."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "")[:MOST_NAME]
        if os.getpid() == self.process and (number, test) not in self.refused and len(self.refused) < MOST_TOLD:
            self.refused.add((number, test))
            self.say(number, 0, ["test", test])
        return False

    def say(self, number: int, row: int, value: Coded) -> None:
        self.send(t="told", number=number, row=row, value=value)

    def raising(self, number: int, manager: Any) -> Raising:
        return Raising(self, number, manager)


class Raising:
    """Around a manager that expects an exception, or a function that is to raise one: tells which it was."""

    def __init__(self, teller: Teller, number: int, manager: Any) -> None:
        self.teller = teller
        self.number = number
        self.manager = manager

    def __call__(self, *given: Any, **named: Any) -> Any:
        try:
            value = self.manager(*given, **named)
        except BaseException as error:
            self.say(type(error))
            raise
        self.say(None)
        return value

    def __enter__(self) -> Any:
        return self.manager.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> Any:
        self.say(kind)
        return self.manager.__exit__(kind, error, trace)

    def say(self, kind: type[BaseException] | None) -> None:
        names = [base.__name__[:100] for base in type.mro(kind)][:20] if kind is not None else []
        self.teller.say(self.number, 0, ["raised", names] if names else ["none"])


class Encoder:
    """Writes a value as `values.py` does, and what a subclass of a builtin type holds as that type has it."""

    def __init__(self) -> None:
        self.left = MOST_PARTS

    def encode(self, value: Any, depth: int) -> Coded:
        self.left -= 1
        if self.left < 0 or depth > MOST_DEPTH:
            return NOTHING
        kind = type(value)
        if value is None:
            return ["none"]
        if kind in BASES:
            return self.plain(value, kind, depth)
        base = next((base for base in BASES if base in type.mro(kind)), None)
        if base is None:
            return library.encode(value, kind) or ["other", f"{kind.__module__}.{kind.__qualname__}"[:200]]
        held = self.plain(value, base, depth)
        return ["own", held, f"{kind.__module__}.{kind.__qualname__}"[:200]]

    def plain(self, value: Any, kind: Any, depth: int) -> Coded:
        """The value as the builtin type has it, by methods of that type only."""
        if kind in (bool, int):
            whole = int.__int__(value)
            if int.bit_length(whole) > MOST_BITS:
                return NOTHING
            return ["bool", bool(whole)] if kind is bool else ["int", hex(whole)]
        if kind in (float, complex):
            return values.encode(float.__float__(value) if kind is float else complex.__add__(value, 0j))
        if kind in (str, bytes):
            if kind.__len__(value) > values.MOST_CHARACTERS:
                return NOTHING
            return values.encode(str.__str__(value) if kind is str else bytes.__getitem__(value, slice(None)))
        if kind.__len__(value) > self.left:
            return NOTHING
        if kind is dict:
            pairs = list(dict.items(value))
            return ["dict", [[self.encode(key, depth + 1), self.encode(item, depth + 1)] for key, item in pairs]]
        items = list(kind.__iter__(value))
        return [kind.__name__, [self.encode(item, depth + 1) for item in items]]
