"""Gives pytest what it needs to tell of a failure, while it tells.

A test may put something in the place of the modules or the builtins, or remove its folder, and fail before it is put
back. pytest would break down over that, so that a changed expectation ends the suite where the true one holds.
"""

from __future__ import annotations

import builtins
import contextlib
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from _saraphina_types import Job

MISSING = object()


class Surroundings:
    """What was there before a test began."""

    def __init__(self) -> None:
        # Held, as no builtin can be relied on where a test has replaced some.
        self.place = vars(builtins)
        self.note()

    def note(self) -> None:
        """Keeps what is there now; a test is about to begin."""
        self.modules = sys.modules
        self.builtins = self.place.copy()

    @contextlib.contextmanager
    def as_before(self) -> Iterator[None]:
        """Has modules and builtins as they were before the test; afterwards the test has its own again."""
        modules, now = sys.modules, self.place
        names = [name for name in {**self.builtins, **now} if now.get(name) is not self.builtins.get(name)]
        changed = {name: now.get(name, MISSING) for name in names}
        put(now, {name: self.builtins.get(name, MISSING) for name in names})
        sys.modules = self.modules
        try:
            yield
        finally:
            put(now, changed)
            sys.modules = modules


def put(place: dict[str, Any], values: dict[str, object]) -> None:
    for name, value in values.items():
        if value is MISSING:
            place.pop(name, None)
        else:
            place[name] = value


def give_a_folder(job: Job) -> None:
    """Gives a folder back to a test that removed its own."""
    try:
        os.getcwd()
    except OSError:
        try:
            os.makedirs(job["work"], exist_ok=True)
            os.chdir(job["work"])
        except OSError:
            os.chdir(job["src"])
