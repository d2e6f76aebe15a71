"""Tells which lines of one file run.

Calls and watched tests ask the same of it: which of a mutant's neighbours they reach, and which changed lines ran.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any


class Lines:
    """The lines that ran since somebody took them; `trace` is for `sys.settrace`."""

    def __init__(self, full: str) -> None:
        self.full = full
        self.seen: set[int] = set()

    def trace(self, frame: types.FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != self.full:
            return None
        self.seen.add(frame.f_lineno)
        return self.trace

    def taken(self, most: int) -> list[int]:
        """The first of these lines, in order; from here on they count anew."""
        seen, self.seen = self.seen, set()
        return sorted(seen)[:most]
