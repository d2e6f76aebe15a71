"""Gives up every right of this process, after the orders and with the filters of the engine.

The policy is made elsewhere: the ruleset comes as a handle, the filters as the kernel's own
instructions. Here they are only applied, in the one order that works. The process of a suite gets one filter more,
which keeps it off the harness that it comes from.
"""

from __future__ import annotations

import ctypes
import functools
import os
import resource
import struct

import _saraphina_server_channel as channels

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _saraphina_types import Order

CLONE_NEWPID = 0x20000000
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
SYS_CLOSE_RANGE = 436
SYS_LANDLOCK_RESTRICT_SELF = 446
CAPABILITY_VERSION = 0x20080522
CAPABILITIES = 64
INSTRUCTION_BYTES = 8
# Stands for the harness in the filter of a suite's process; `walls/guard.rs` has the same number.
WATCHED = 0x7A7A7A7A

GUEST = os.path.dirname(os.path.abspath(__file__))
libc = ctypes.CDLL(None, use_errno=True)
programs: list[tuple[Program, object]] = []


class Program(ctypes.Structure):
    """`struct sock_fprog` of the kernel."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def prepare(guest: str) -> None:
    """Reads the filters and empties the bounding set, which no child needs."""
    for name in sorted(name for name in os.listdir(guest) if name.startswith("filter.")):
        with open(os.path.join(guest, name), "rb") as file:
            programs.append(program_of(file.read()))
    if not programs:
        raise OSError("the filters are missing")
    empty_bounding_set()


def program_of(text: bytes) -> tuple[Program, object]:
    """Gives a filter as the kernel takes it, and the memory that it points to."""
    held = ctypes.create_string_buffer(text, len(text))
    return Program(len(text) // INSTRUCTION_BYTES, ctypes.cast(held, ctypes.c_void_p)), held


def empty_bounding_set() -> None:
    for capability in range(CAPABILITIES):
        libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)


@functools.cache
def guard() -> bytes:
    """Reads the filter of a suite's process, which is the same in every box but for one number."""
    with open(os.path.join(GUEST, "guard"), "rb") as file:
        text = file.read()
    if not text:
        raise OSError("the filter of the suite is missing")
    return text


def keep_off(harness: int) -> None:
    """Takes from this process and all its children every way to signal, limit or slow down the harness."""
    text = bytearray(guard())
    numbers = {number % 2**32: value % 2**32 for number, value in ((WATCHED, harness), (-WATCHED, -harness))}
    for start in range(INSTRUCTION_BYTES // 2, len(text), INSTRUCTION_BYTES):
        (number,) = struct.unpack_from("=I", text, start)
        struct.pack_into("=I", text, start, numbers.get(number, number))
    program, _held = program_of(bytes(text))
    check(libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0), "keep off the harness")


def check(answer: int, step: str) -> None:
    if answer != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{step}: {os.strerror(number)}")


def join(box: int, namespaces: int) -> None:
    check(libc.setns(box, namespaces), "join the box")


def close_between(first: int, last: int) -> None:
    bounds = ctypes.c_uint(first), ctypes.c_uint(last)
    check(libc.syscall(SYS_CLOSE_RANGE, *bounds, 0), "close what is not needed")


def confine(order: Order, ruleset: int | None) -> None:
    for name, most in order["rlimits"].items():
        resource.setrlimit(getattr(resource, name), (most, most))
    user = order["user"]
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    else:
        # Whoever joins a user namespace has every right there anew, in the bounding set too.
        empty_bounding_set()
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    check(libc.capset(header, bytes(24)), "drop capabilities")
    check(libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "refuse new privileges")
    channels.set_dumpable(0)
    if ruleset is not None:
        check(libc.syscall(SYS_LANDLOCK_RESTRICT_SELF, ruleset, 0), "restrict by Landlock")
        os.close(ruleset)
    for program, _ in programs:
        check(
            libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0),
            "filter system calls",
        )
