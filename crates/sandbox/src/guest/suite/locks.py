"""Locks whole files for a suite, and only such files as are its own.

Every box sees the same files of the system, and so does their host: who locks one there holds up others, or tells them
something. So no process in a box has the call `flock` (`walls/filter.rs`). What Python programs know under this name is
done by locks of open files instead, which behave alike, where the file lies in the box.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

OWN = ("/box/", "/tmp/", "/dev/shm/")
KINDS = {fcntl.LOCK_SH: fcntl.F_RDLCK, fcntl.LOCK_EX: fcntl.F_WRLCK, fcntl.LOCK_UN: fcntl.F_UNLCK}
# How a file has to be open for a lock of its kind, besides for both.
OPEN = {fcntl.F_RDLCK: os.O_RDONLY, fcntl.F_WRLCK: os.O_WRONLY}
# By the number of an open file: what holds its lock, and which file that is.
HOLDERS: dict[int, tuple[int, tuple[int, int]]] = {}


class Flock:
    """A callable that stays what it is as an attribute of a class, as functions written in C do."""

    __name__ = __qualname__ = "flock"

    def __call__(self, fd: Any, operation: int, /) -> None:
        lock(fd, operation)


def stand_in() -> None:
    """Takes the place of `fcntl.flock`."""
    fcntl.flock = Flock()


def lock(fd: Any, operation: int, /) -> None:
    number = fd if isinstance(fd, int) else fd.fileno()
    kind = KINDS.get(operation & ~fcntl.LOCK_NB)
    if kind is None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    # Refuses a number under which nothing is open, as the call does.
    file = os.fstat(number)
    if not is_own(number):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
    release(number)
    mode = fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE
    if kind in OPEN and mode not in (os.O_RDWR, OPEN[kind]):
        # A whole file may be locked however it is open; for a lock of an open file it has to be open in that way.
        number, own = os.open(f"/proc/self/fd/{number}", OPEN[kind] | os.O_CLOEXEC | os.O_NONBLOCK), number
        HOLDERS[own] = number, (file.st_dev, file.st_ino)
    set_lock(number, kind, fcntl.F_OFD_SETLK if operation & fcntl.LOCK_NB else fcntl.F_OFD_SETLKW)


def set_lock(number: int, kind: int, command: int) -> None:
    fcntl.fcntl(number, command, struct.pack("@hhqqi4x", kind, os.SEEK_SET, 0, 0, 0))


def release(number: int) -> None:
    """Gives up what stands for a file, and for files that were closed without a word; a new lock is set only then."""
    for own, (holder, file) in list(HOLDERS.items()):
        if own == number or not is_still(own, file):
            del HOLDERS[own]
            os.close(holder)
    set_lock(number, fcntl.F_UNLCK, fcntl.F_OFD_SETLK)


def is_still(number: int, file: tuple[int, int]) -> bool:
    try:
        now = os.fstat(number)
    except OSError:
        return False
    return (now.st_dev, now.st_ino) == file


def is_own(number: int) -> bool:
    """Tells whether an open file lies in the box; by its device too: a toolchain may lie below the host's `/tmp`."""
    path = os.readlink(f"/proc/self/fd/{number}")
    roots = [root for root in OWN if path.startswith(root)]
    return any(os.fstat(number).st_dev == os.stat(root).st_dev for root in roots)
