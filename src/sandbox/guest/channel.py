"""The way out of a jail, and what a process does to keep it for itself."""

import ctypes
import json
import os
import socket
import struct

CHANNEL = 3
PR_SET_DUMPABLE = 4
# Says that a message is many, each with its length before it.
MANY = b"M"
MOST_HELD = 64 * 1024
# Looked up once: a forked process that did it would copy the pages that it touches.
prctl = ctypes.CDLL(None).prctl


class Channel:
    """One message per frame, or many frames in one; the first byte of each says whose word it is."""

    def __init__(self, descriptor=CHANNEL):
        self.socket = socket.socket(fileno=descriptor)
        os.set_inheritable(descriptor, False)
        self.holds = False
        self.held = bytearray()

    def hold(self):
        """Keeps what is said until it is let go: to wake the outside costs more than most of what is said."""
        self.holds = True

    def let_go(self):
        if self.held:
            self.socket.send(MANY + self.held)
            self.held.clear()

    def say(self, **frame):
        self.pass_on(b"P", json.dumps(frame).encode())

    def ask(self, seconds):
        """The engine's answer to what was said last; nothing where none comes in time."""
        self.let_go()
        self.socket.settimeout(seconds)
        try:
            return self.socket.recv(64)
        except OSError:
            return b""
        finally:
            self.socket.settimeout(None)

    def pass_on(self, origin, body):
        if not self.holds:
            self.socket.send(origin + body)
            return
        if len(self.held) + len(body) > MOST_HELD:
            self.let_go()
        self.held += struct.pack(">I", 1 + len(body)) + origin + body


def set_dumpable(value):
    prctl(PR_SET_DUMPABLE, value, 0, 0, 0)
