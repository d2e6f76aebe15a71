"""Attacks; each returns whether it got out."""

import ctypes
import os
import socket

LIBC = ctypes.CDLL(None, use_errno=True)
SEIZE = 0x4206
NEW_USER = 0x10000000


def reads(path):
    """Reads a file of the home."""
    try:
        with open(path, encoding="utf-8") as file:
            return bool(file.read())
    except OSError:
        return False


def connects(port):
    """Connects to a port of the machine."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
    except OSError:
        return False


def writes(path):
    """Makes a file outside of the box."""
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write("escaped")
        return True
    except OSError:
        return False


def sees(process, name):
    """Sees a process of the machine."""
    try:
        with open(f"/proc/{process}/comm", encoding="utf-8") as file:
            return process > 1 and file.read().strip() == name
    except OSError:
        return False


def lists_many():
    """Sees more processes than a box of its own holds."""
    return sum(name.isdigit() for name in os.listdir("/proc")) > 20


def traces(process):
    """Attaches to another process."""
    return LIBC.ptrace(SEIZE, process, None, None) == 0


def mounts(folder):
    """Mounts a file system of its own."""
    return LIBC.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, None) == 0


def unshares():
    """Makes a user namespace, where it would be root."""
    return LIBC.unshare(NEW_USER) == 0
