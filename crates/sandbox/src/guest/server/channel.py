"""The way out of a jail, and what a process does to keep it for itself.

One socket leads to the engine. The process that has it is not dumpable, so that a suite with the same user id cannot
open its descriptors or its memory through `/proc`.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket

# The first descriptor behind the standard streams; the engine puts the socket there.
CHANNEL = 3
PR_SET_DUMPABLE = 4
# More than the engine ever answers.
MOST_BYTES = 64 * 1024
# Looked up once: a forked process that did it would copy the pages that it touches.
prctl = ctypes.CDLL(None).prctl


class Channel:
    """One message per frame; the first byte says whose word it is."""

    def __init__(self, descriptor: int = CHANNEL) -> None:
        self.socket = socket.socket(fileno=descriptor)
        os.set_inheritable(descriptor, False)

    def say(self, **frame: object) -> None:
        self.pass_on(b"P", json.dumps(frame).encode())

    def ask(self, seconds: float) -> bytes:
        """The engine's answer to what was said last; nothing where none comes in time."""
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(MOST_BYTES)
        except OSError:
            return b""
        finally:
            self.socket.settimeout(None)

    def pass_on(self, origin: bytes, body: bytes) -> None:
        self.socket.send(origin + body)


def set_dumpable(value: int) -> None:
    prctl(PR_SET_DUMPABLE, value, 0, 0, 0)
