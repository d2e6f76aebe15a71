"""Says how often Python's cyclic collector looks through what a process holds.

What a fork inherits is looked through by none: it stays, and looking would copy its pages. Syntax trees are many
objects and hardly ever a circle, so the harness looks seldom; what runs code under test looks as Python does.
"""

from __future__ import annotations

import gc

STANDARD = gc.get_threshold()
SELDOM = (50_000, 20, 100)


def seldom() -> None:
    """For processes of the harness, from here on."""
    gc.freeze()
    gc.set_threshold(*SELDOM)


def as_ever() -> None:
    """For processes that go on to run code under test."""
    gc.freeze()
    gc.set_threshold(*STANDARD)
