"""Stands in for pytest's `monkeypatch`: changes that are undone at the end of a test.

`stand_in.py` shows the class to tests as `pytest.MonkeyPatch`, and `fixtures.py` hands one out. Changes are undone in
the reverse order, as one may be made on top of another.
"""

from __future__ import annotations

import importlib
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class MonkeyPatch:
    """What pytest's fixture of this name can do."""

    nothing = object()

    def __init__(self) -> None:
        self.undone: list[Callable[[], object]] = []

    def setattr(self, target: Any, name: Any, value: Any = nothing, raising: bool = True) -> None:
        if value is self.nothing:
            path, value = target, name
            target, name = self.resolve(path)
        old = getattr(target, name, self.nothing)
        if old is self.nothing and raising:
            raise AttributeError(f"{target!r} has no attribute {name!r}")
        own = target.__dict__.get(name, self.nothing) if isinstance(target, type) else old
        self.undone.append(lambda: delattr(target, name) if own is self.nothing else setattr(target, name, own))
        setattr(target, name, value)

    def resolve(self, path: str) -> tuple[Any, str]:
        words = path.split(".")
        for end in range(len(words) - 1, 0, -1):
            try:
                found = importlib.import_module(".".join(words[:end]))
            except ImportError:
                continue
            for word in words[end:-1]:
                found = getattr(found, word)
            return found, words[-1]
        raise ImportError(path)

    def delattr(self, target: Any, name: Any = nothing, raising: bool = True) -> None:
        if name is self.nothing:
            target, name = self.resolve(target)
        if not hasattr(target, name):
            if raising:
                raise AttributeError(name)
            return
        old = getattr(target, name)
        self.undone.append(lambda: setattr(target, name, old))
        delattr(target, name)

    def setitem(self, mapping: Any, name: Any, value: Any) -> None:
        old = mapping.get(name, self.nothing)
        self.undone.append(lambda: mapping.pop(name, None) if old is self.nothing else mapping.__setitem__(name, old))
        mapping[name] = value

    def delitem(self, mapping: Any, name: Any, raising: bool = True) -> None:
        if name not in mapping:
            if raising:
                raise KeyError(name)
            return
        old = mapping[name]
        self.undone.append(lambda: mapping.__setitem__(name, old))
        del mapping[name]

    def setenv(self, name: str, value: str, prepend: str | None = None) -> None:
        if prepend and name in os.environ:
            value = f"{value}{prepend}{os.environ[name]}"
        self.setitem(os.environ, name, str(value))

    def delenv(self, name: str, raising: bool = True) -> None:
        self.delitem(os.environ, name, raising)

    def chdir(self, path: Any) -> None:
        old = os.getcwd()
        self.undone.append(lambda: os.chdir(old))
        os.chdir(path)

    def syspath_prepend(self, path: object) -> None:
        old = sys.path[:]
        self.undone.append(lambda: sys.path.__setitem__(slice(None), old))
        sys.path.insert(0, str(path))

    def undo(self) -> None:
        while self.undone:
            self.undone.pop()()

    @classmethod
    def context(cls) -> Context:
        return Context()


class Context:
    def __enter__(self) -> MonkeyPatch:
        self.patch = MonkeyPatch()
        return self.patch

    def __exit__(self, *_: object) -> None:
        self.patch.undo()
