"""Forks the process that runs a suite, and follows it from the next one.

What the suite says travels through a pipe and is passed on marked as its word; frames are bounded, as untrusted code
may write into the same pipe.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import struct
import sys
import threading
import time
import types

import _saraphina_server_channel as channels
import _saraphina_server_collecting as collecting
import _saraphina_server_confine as confine
import _saraphina_server_ending as ending
import _saraphina_suite_hanging as hanging
import _saraphina_suite_locks as locks
import _saraphina_suite_session as suite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import NoReturn

    from _saraphina_server_channel import Channel
    from _saraphina_types import Frame

FRAME_BYTES = 96 * 1024
CHILD_BYTES = 16 * 1024 * 1024
LINGER_SECONDS = 1.0
LEFTOVER_SECONDS = 0.25
# Time that the interpreter has to write its stack.
ANSWER_SECONDS = 0.04


class Child:
    """The process that will run the suite.

    In a box that waits it is forked before there is a job, so that nothing of one is in its memory but what it needs:
    no syntax trees, no expectation, and nothing that differs where its run is a control.
    """

    def __init__(self, prepared: suite.Prepared, foreign: Iterable[int]) -> None:
        self.results, results = os.pipe()
        orders, self.orders = os.pipe()
        sys.stdout.flush()
        self.prepared = prepared
        self.watch = hanging.Watch()
        confine.guard()
        self.number = os.fork()
        if self.number == 0:
            for descriptor in (self.results, self.orders, *foreign):
                os.close(descriptor)
            self.watch.follow()
            prepared.recorder.watch = self.watch
            run_child(prepared, orders, results)
        os.close(self.watch.told)
        os.close(results)
        os.close(orders)

    def begin(self, *order: object) -> None:
        """Says what to run, once."""
        try:
            with open(self.orders, "wb") as file:
                file.write(json.dumps(order).encode())
        except OSError:  # its end is told like any other
            pass


def run_child(prepared: suite.Prepared, orders: int, results: int) -> NoReturn:
    collecting.as_ever()
    # A group of its own: who signals his group must not mean the harness.
    os.setpgid(0, 0)
    confine.keep_off(os.getppid())
    channels.set_dumpable(1)
    stand_in_for_main()
    _kept = out_of_sight()  # until the process ends
    locks.stand_in()

    def send(**frame: object) -> None:
        body = json.dumps(frame).encode()
        data = struct.pack(">I", len(body)) + body
        while data:
            data = data[os.write(results, data) :]

    with open(orders, "rb") as file:
        order = file.read()
    if not order:  # there is nothing to run
        os._exit(0)

    def work() -> None:
        job, compiled, injections = json.loads(order)
        suite.run(job, compiled, injections, send, prepared)
        # Like the end of an interpreter: suites may start threads and register functions that print or write.
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()

    ending.to_the_end(work)


def out_of_sight() -> list[types.ModuleType]:
    """Takes the harness out of the list of modules; gives it to be kept.

    Suites put something else in the place of `os` or `time` wherever a module holds it (a file system of theirs, a
    clock that stands). They mean the code under test, and the harness needs the true ones.
    """
    return [sys.modules.pop(name) for name in list(sys.modules) if name.startswith("_saraphina_")]


def stand_in_for_main() -> None:
    """Puts a main module in the place of the harness's own, which says that it is pytest's.

    What starts a process anew (`multiprocessing`) imports the main module there, and this one must not run again.
    pytest's does nothing where it is imported, and code asks for its file to know where it was started.
    """
    import pytest

    main = types.ModuleType("__main__")
    main.__file__ = os.path.join(os.path.dirname(pytest.__file__), "__main__.py")
    sys.modules["__main__"] = main


class Pipe:
    """What the child says: length-capped frames out of a byte stream."""

    def __init__(self, descriptor: int, channel: Channel) -> None:
        self.descriptor = descriptor
        self.channel = channel
        self.pending = b""
        self.total = 0
        self.done = False
        self.broken = ""
        self.lines: dict[str, set[int]] = {}
        os.set_blocking(descriptor, False)

    def drain(self) -> None:
        while not self.broken:
            try:
                data = os.read(self.descriptor, 65536)
            except BlockingIOError:
                return
            if not data:
                return
            self.total += len(data)
            if self.total > CHILD_BYTES:
                self.broken = "more than 16 MiB of results"
                return
            self.pending += data
            self.split()

    def split(self) -> None:
        while len(self.pending) >= 4 and not self.broken:
            (size,) = struct.unpack(">I", self.pending[:4])
            if size > FRAME_BYTES:
                self.broken = "a frame over its bound"
                return
            if len(self.pending) < 4 + size:
                return
            body, self.pending = self.pending[4 : 4 + size], self.pending[4 + size :]
            self.take(body)

    def take(self, body: bytes) -> None:
        try:
            frame = json.loads(body)
            kind = frame["t"]
        except (ValueError, TypeError, KeyError, RecursionError):
            self.broken = "a frame that does not parse"
            return
        if kind == "lines":
            self.take_lines(frame)
            return
        self.done = self.done or kind == "done"
        self.channel.pass_on(b"C", body)

    def take_lines(self, frame: Frame) -> None:
        path, lines = frame.get("path"), frame.get("lines")
        if isinstance(path, str) and isinstance(lines, list):
            known = self.lines.setdefault(path, set())
            known.update(line for line in lines if type(line) is int and 0 < line < 1 << 24)


def wait_for(child: int, pipe: Pipe, ends_at: float, watch: hanging.Watch) -> tuple[int, bool]:
    """Follows the child until it ended; gives the wait status and whether it had to be killed."""
    tells_at = None
    handle = os.pidfd_open(child)
    poller = select.poll()
    poller.register(handle, select.POLLIN)
    poller.register(pipe.descriptor, select.POLLIN)
    done_at = None
    while True:
        events = dict(poller.poll(50))
        if pipe.descriptor in events:
            pipe.drain()
            if events[pipe.descriptor] & (select.POLLHUP | select.POLLERR):
                poller.unregister(pipe.descriptor)
        if handle in events:
            pipe.drain()
            return os.waitpid(child, 0)[1], False
        now = time.monotonic()
        if pipe.done and done_at is None:
            done_at = now
        if tells_at is not None and now > tells_at:
            tells_at = None
            pipe.channel.say(**watch.frame())
        elif now > watch.asks_at and not (watch.asked or pipe.done):
            tells_at = now + ANSWER_SECONDS
            watch.ask(child)
        lingers = done_at is not None and now - done_at > LINGER_SECONDS
        if lingers or pipe.broken or now > ends_at:
            os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
            return status, lingers


def others(known: set[int]) -> list[int]:
    """Processes of the jail that are neither ours nor dead already."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) in known:
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                state = file.read().rpartition(b")")[2].split()[0]
        except (OSError, IndexError):
            continue
        if state not in (b"Z", b"X"):
            found.append(int(name))
    return found


def leftovers() -> int:
    known = {1, os.getpid()}
    ends_at = time.monotonic() + LEFTOVER_SECONDS
    while True:
        found = others(known)
        if not found or time.monotonic() > ends_at:
            return len(found)
        time.sleep(0.01)
