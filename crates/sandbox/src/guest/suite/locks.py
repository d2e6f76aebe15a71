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


def stand_in() -> None:
    """Takes the place of `fcntl.flock`."""
    fcntl.flock = flock


def flock(fd: Any, operation: int, /) -> None:
    number = fd if isinstance(fd, int) else fd.fileno()
    kind = KINDS.get(operation & ~fcntl.LOCK_NB)
    if kind is None:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    if not is_own(number):
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))
    command = fcntl.F_OFD_SETLK if operation & fcntl.LOCK_NB else fcntl.F_OFD_SETLKW
    fcntl.fcntl(number, command, struct.pack("@hhqqi4x", kind, os.SEEK_SET, 0, 0, 0))


def is_own(number: int) -> bool:
    """Tells whether an open file lies in the box; by its device too: a toolchain may lie below the host's `/tmp`."""
    path = os.readlink(f"/proc/self/fd/{number}")
    roots = [root for root in OWN if path.startswith(root)]
    return any(os.fstat(number).st_dev == os.stat(root).st_dev for root in roots)
