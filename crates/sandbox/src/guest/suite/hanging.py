"""Tells at which test a suite is that takes all its time, and where in the code.

The suite's process writes the name of each test into memory that it shares with the next process, which costs next to
nothing. Shortly before time runs out it is asked for its stack by a signal that nobody else uses; the interpreter
answers even where its code waits. Both are words of untrusted code: they are bounded, and for people only.
"""

from __future__ import annotations

import faulthandler
import mmap
import os
import re
import signal
import struct
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _saraphina_types import Frame

SIGNAL = signal.SIGRTMAX - 3
NAME_BYTES = 1000
STACK_BYTES = 16 * 1024
MOST_CALLS = 20
# The share of its time after which a suite is asked, and the most that may then be left, in seconds.
LATE = 0.7
MOST_LEFT = 3.0
CALL = re.compile(r'File "/box/(?:src|work)/([^"]{1,300})", line (\d+) in (.{1,200})')


class Watch:
    """Made before the fork, so that both processes have it."""

    def __init__(self) -> None:
        self.page = mmap.mmap(-1, mmap.PAGESIZE)
        self.stack, self.told = os.pipe()
        os.set_blocking(self.stack, False)
        os.set_blocking(self.told, False)
        self.asked = False
        self.asks_at = float("inf")

    def ask_before(self, ends_at: float) -> None:
        """Sets the moment at which a suite that still runs is asked."""
        now = time.monotonic()
        self.asks_at = max(ends_at - MOST_LEFT, now + LATE * (ends_at - now))

    def follow(self) -> None:
        """In the suite's process: answers the signal."""
        os.close(self.stack)
        faulthandler.register(SIGNAL, file=self.told, all_threads=True, chain=False)

    def at(self, name: str) -> None:
        data = name.encode("utf-8", "replace")[:NAME_BYTES]
        self.page[: 4 + len(data)] = struct.pack(">I", len(data)) + data

    def ask(self, process: int) -> None:
        """In the process that waits: asks once."""
        self.asked = True
        try:
            os.kill(process, SIGNAL)
        except OSError:  # it is gone
            pass

    def frame(self) -> Frame:
        """What it was at, and the calls of the box on its stacks, innermost first."""
        (size,) = struct.unpack(">I", self.page[:4])
        name = self.page[4 : 4 + min(size, NAME_BYTES)].decode("utf-8", "replace")
        try:
            stack = os.read(self.stack, STACK_BYTES).decode("utf-8", "replace")
        except OSError:  # it has not answered
            stack = ""
        calls = [f"{path}:{line} in {function}" for path, line, function in CALL.findall(stack)]
        return {"t": "hanging", "id": name, "stack": calls[:MOST_CALLS]}
