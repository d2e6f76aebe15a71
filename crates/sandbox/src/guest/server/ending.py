"""Ends a process as soon as its work is done."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn


def to_the_end(work: Callable[[], None]) -> NoReturn:
    """Works, tells what went wrong and ends, without the clearing up that an interpreter does when it ends by itself.

    The kernel frees all at once; an interpreter looks at each object, which takes as long as a whole lint.
    """
    try:
        work()
        status = 0
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # code under test may leave anything in its place
            pass
    os._exit(status)
