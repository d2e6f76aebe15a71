"""Undo and redo with the command pattern."""

from collections import deque
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Command:
    """A change: ``do`` makes it and ``undo`` takes it back exactly."""

    name: str
    do: Callable[[], object]
    undo: Callable[[], object]

    @classmethod
    def group(cls, name: str, *commands: "Command") -> "Command":
        """Return a command that does several at once, all or none of them."""

        def do_all() -> None:
            done: list[Command] = []
            try:
                for command in commands:
                    command.do()
                    done.append(command)
            except BaseException:
                for command in reversed(done):
                    command.undo()
                raise

        def undo_all() -> None:
            for command in reversed(commands):
                command.undo()

        return cls(name, do_all, undo_all)


def set_item(target: MutableMapping[Any, Any], key: Any, value: Any) -> Command:
    """Return a command that sets ``target[key]`` and can restore the old state."""
    existed = key in target
    old = target.get(key)

    def undo() -> None:
        if existed:
            target[key] = old
        else:
            del target[key]

    return Command(f"set {key}", lambda: target.__setitem__(key, value), undo)


class History:
    """Runs commands and remembers the last ``limit`` of them."""

    def __init__(self, limit: int = 100) -> None:
        if limit < 1:
            raise ValueError(f"limit must be at least 1, got {limit}")
        self._done: deque[Command] = deque(maxlen=limit)
        self._undone: list[Command] = []

    def run(self, command: Command) -> None:
        """Do ``command``; it is remembered only if it succeeds."""
        command.do()
        self._done.append(command)
        self._undone.clear()

    def undo(self) -> str:
        """Take back the last command and return its name."""
        if not self._done:
            raise IndexError("nothing to undo")
        self._done[-1].undo()
        self._undone.append(self._done.pop())
        return self._undone[-1].name

    def redo(self) -> str:
        """Do the last undone command again and return its name."""
        if not self._undone:
            raise IndexError("nothing to redo")
        self._undone[-1].do()
        self._done.append(self._undone.pop())
        return self._done[-1].name
