"""Fork server: prepares a worker once and forks it into boxes that others have built.

It never imports untrusted code. A child joins its box, gives every right up, and only then
is told what the job is.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys

GUEST = os.path.dirname(os.path.abspath(__file__))
CONTROL = 3
# Descriptors in a child, behind those of the standard streams.
CHANNEL, JOB, RULESET = 3, 4, 5
FIRST_SPARE = 64
MESSAGE_BYTES = 64 * 1024
MOST_HANDLES = 16
UNCONFINED = 125
# The kernel's own bound of a range of descriptors.
MOST_NUMBER = (1 << 32) - 1
# Says that there will be many boxes, so that what takes a while and makes each cheaper is worth it.
LASTING = "lasting"

sys.path.insert(0, GUEST)

import _saraphina_server_channel as channels  # noqa: E402
import _saraphina_server_collecting as collecting  # noqa: E402
import _saraphina_server_confine as confine  # noqa: E402
import _saraphina_server_ending as ending  # noqa: E402
import _saraphina_server_huge as huge  # noqa: E402
import _saraphina_server_immortal as immortal  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any, NoReturn

    from _saraphina_types import Job, Order


class Server:
    def __init__(self, worker: Any, lasts: bool) -> None:
        collecting.seldom()
        self.worker = worker
        self.lasts = lasts
        self.control = socket.socket(fileno=CONTROL)
        os.set_inheritable(CONTROL, False)
        reserve()
        known = open_handles()
        self.state = worker.prepare()
        self.kept = open_handles() - known
        self.lives: dict[int, socket.socket] = {}
        self.woken, wake = os.pipe()
        os.set_blocking(wake, False)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def serve(self) -> None:
        poller = select.poll()
        poller.register(self.control, select.POLLIN)
        poller.register(self.woken, select.POLLIN)
        self.control.send(b"ready")
        rehearsal = self.worker.rehearse(self.state)
        while True:
            events = dict(poller.poll(0 if rehearsal else None))
            if self.woken in events:
                os.read(self.woken, 4096)
                self.reap()
            if self.control.fileno() in events and not self.take():
                return
            if not events and rehearsal:
                rehearsal = self.step(rehearsal)

    def step(self, rehearsal: Iterator[Any]) -> Iterator[Any] | None:
        """Does a piece of what makes later jobs faster, while nobody waits."""
        try:
            known = open_handles() - self.kept
            self.state = next(rehearsal)
            self.kept = open_handles() - known
            return rehearsal
        except StopIteration:
            gc.collect()
            if self.lasts:
                immortal.immortalise()
            gc.freeze()
            if self.lasts:
                huge.gather()
            self.control.send(b"rehearsed")
            return None

    def take(self) -> bool:
        message, handles, flags, _ = socket.recv_fds(self.control, MESSAGE_BYTES, MOST_HANDLES)
        if not message:
            return False
        order = json.loads(message)
        named = dict(zip(order["handles"], handles))
        life = socket.socket(fileno=named.pop("life"))
        try:
            if flags & socket.MSG_CTRUNC:
                raise OSError("descriptors were lost")
            confine.join(named["box"], confine.CLONE_NEWPID)
            child = os.fork()
        except OSError as error:
            life.send(json.dumps({"failure": f"fork into the box: {error}"}).encode())
            child = None
        if child == 0:
            self.enter(order, named)
        for handle in named.values():
            os.close(handle)
        if child is not None:
            self.lives[child] = life
        return True

    def reap(self) -> None:
        while self.lives:
            child, status = os.waitpid(-1, os.WNOHANG)
            if child == 0:
                return
            life = self.lives.pop(child)
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
            number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else None
            try:
                life.send(json.dumps({"status": code, "signal": number}).encode())
            except OSError:  # the box is gone
                pass
            life.close()

    def enter(self, order: Order, named: dict[str, int]) -> NoReturn:
        """The rest of the child's life."""
        try:
            collecting.seldom()
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for name, handle in named.items():
                if name.startswith("group"):
                    os.write(handle, b"0")
            confine.join(named["box"], order["namespaces"])
            place(named, self.kept)
            os.setsid()
            os.umask(0o022)
            os.chdir(order["work"])
            os.environ.clear()
            os.environ.update(order["env"])
            confine.confine(order, RULESET if "ruleset" in named else None)
            channel = channels.Channel(CHANNEL)
            waiting = self.worker.stand_by(self.state, (CHANNEL, JOB))
            job = receive()
        # Whatever went wrong, a process that is not confined must not come to read a job.
        except BaseException as error:
            told = json.dumps({"failure": f"{type(error).__name__}: {error}"[:500]})
            socket.socket(fileno=CHANNEL).send(b"W" + told.encode())
            os._exit(UNCONFINED)
        ending.to_the_end(lambda: self.worker.work(job, channel, lambda: waiting))


def open_handles() -> set[int]:
    return {number for number in map(int, os.listdir("/proc/self/fd")) if number > 2 and is_open(number)}


def is_open(number: int) -> bool:
    """False for the handle by which the others were listed."""
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def reserve() -> None:
    """Keeps the numbers that the handles of a box will have free of anything else."""
    null = os.open("/dev/null", os.O_RDONLY)
    for number in (JOB, RULESET):
        if null != number:
            os.dup2(null, number)
    if null not in (JOB, RULESET):
        os.close(null)


def place(named: dict[str, int], kept: set[int]) -> None:
    """Puts the handles of a box where a cold worker would have them; closes all but those that the worker needs."""
    import fcntl

    wanted = {"stdout": 1, "stderr": 2, "channel": CHANNEL, "job": JOB, "ruleset": RULESET}
    null = os.open("/dev/null", os.O_RDONLY)
    spare = [(fcntl.fcntl(null, fcntl.F_DUPFD, FIRST_SPARE), 0)]
    spare += [
        (fcntl.fcntl(named[name], fcntl.F_DUPFD, FIRST_SPARE), number)
        for name, number in wanted.items()
        if name in named
    ]
    for handle, number in spare:
        os.dup2(handle, number, inheritable=number < CHANNEL)
    close_but(kept | {number for _, number in spare} | {0, 1, 2})


def close_but(wanted: set[int]) -> None:
    """Closes every handle but these, without a list of those that are open, which takes longer than the closing."""
    bounds = sorted(wanted)
    for below, above in zip(bounds, [*bounds[1:], MOST_NUMBER + 1]):
        if above - below > 1:
            confine.close_between(below + 1, above - 1)


def receive() -> Job:
    """Says that the box is ready and waits for its job."""
    stream = socket.socket(fileno=JOB)
    stream.sendall(b"r")
    (size,) = struct.unpack(">Q", read(stream, 8))
    body = read(stream, size)
    stream.close()
    job: Job = json.loads(body)
    return job


def read(stream: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        part = stream.recv(min(size - len(parts), 1 << 20))
        if not part:
            os._exit(0)
        parts += part
    return bytes(parts)


def main() -> None:
    channels.set_dumpable(0)
    confine.prepare(GUEST)
    worker, *rest = sys.argv[1:]
    Server(importlib.import_module(worker), LASTING in rest).serve()


if __name__ == "__main__":
    main()
