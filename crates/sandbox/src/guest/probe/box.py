"""Starts and ends processes that run untrusted code, and reads what they leave behind.

They share memory with the harness and nothing else: no descriptor, no channel. A frame that is not one ends the
reading, and whatever such a process started is killed after it.
"""

from __future__ import annotations

import gc
import json
import mmap
import os
import resource
import select
import signal
import struct
import sys
import time
import warnings

import _saraphina_probe_cases as cases
import _saraphina_probe_files as files_of
import _saraphina_probe_stand_in as stand_in
import _saraphina_server_channel as channels
import _saraphina_server_collecting as collecting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from _saraphina_probe_cases import Case
    from _saraphina_probe_files import Files
    from _saraphina_probe_fixtures import Scene
    from _saraphina_types import Codes, Frame, Job, Question

FRAME_BYTES = 48 * 1024
PAUSE_MS = 10
HANDLES = 4096
SWEEPS = 200


def opened(job: Job, share: float) -> tuple[Question, float]:
    """Steps into the folder of the work; gives what is asked, and when the share of its time is over."""
    question = job["question"]
    ends_at = time.monotonic() + share * question["left_ms"] / 1000
    os.chdir(job["work"])
    return question, ends_at


def settle() -> None:
    """Has the collector not look again at what is here now, so that forked processes share it."""
    gc.collect()
    # Candidates leave circles behind; collecting them at each turn would cost more than they do.
    collecting.seldom()


class Tape:
    """Frames that a process leaves in shared memory, one behind the other."""

    HEAD = 8

    def __init__(self, size: int) -> None:
        self.size = size
        self.map = mmap.mmap(-1, size)
        self.read_to = self.HEAD

    def say(self, **frame: object) -> None:
        body = json.dumps(frame).encode()
        (end,) = struct.unpack_from("<Q", self.map)
        end = max(end, self.HEAD)
        if len(body) > FRAME_BYTES or end + 4 + len(body) > self.size:
            return
        struct.pack_into("<I", self.map, end, len(body))
        self.map[end + 4 : end + 4 + len(body)] = body
        struct.pack_into("<Q", self.map, 0, end + 4 + len(body))

    def read(self, kinds: tuple[str, ...]) -> Iterator[Frame]:
        """Frames of these kinds that were not read before; ends at the first thing that is none."""
        (end,) = struct.unpack_from("<Q", self.map)
        end = min(end, self.size)
        while self.read_to + 4 <= end:
            (size,) = struct.unpack_from("<I", self.map, self.read_to)
            start = self.read_to + 4
            if size > FRAME_BYTES or start + size > end:
                return
            self.read_to = start + size
            try:
                frame = json.loads(self.map[start : start + size])
            except (ValueError, RecursionError):
                return
            if isinstance(frame, dict) and frame.get("t") in kinds:
                yield frame


def fork(work: Callable[[], None], memory_bytes: int) -> int:
    """Starts a process for untrusted code."""
    child = os.fork()
    if child:
        return child
    try:
        enter(memory_bytes)
        work()
    finally:
        os._exit(0)


def enter(memory_bytes: int) -> None:
    """Takes from this process what only the harness has."""
    os.closerange(3, HANDLES)
    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    os.close(null)
    os.setpgid(0, 0)
    channels.set_dumpable(1)
    warnings.simplefilter("ignore")
    with open("/proc/self/statm", encoding="ascii") as file:
        held = int(file.read().split()[0]) * mmap.PAGESIZE
    most = resource.getrlimit(resource.RLIMIT_AS)[1]
    wanted = held + memory_bytes
    most = wanted if most == resource.RLIM_INFINITY else min(most, wanted)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def follow(child: int, is_stale: Callable[[], bool]) -> int:
    """Waits for a process; kills it when it is stale. Gives its wait status."""
    handle = os.pidfd_open(child)
    poller = select.poll()
    poller.register(handle, select.POLLIN)
    try:
        while not poller.poll(PAUSE_MS):
            if is_stale():
                os.kill(child, signal.SIGKILL)
        return os.waitpid(child, 0)[1]
    finally:
        os.close(handle)


class Watch:
    """Sees when a process gets no further, by a sign of how far it is, or the time is over."""

    def __init__(self, ends_at: float, sign: Callable[[], object], is_too_long: Callable[[float], bool]) -> None:
        self.ends_at, self.sign, self.is_too_long = ends_at, sign, is_too_long
        self.seen, self.since = sign(), time.monotonic()
        self.was_stale = self.is_over = False

    def is_stale(self) -> bool:
        now, seen = time.monotonic(), self.sign()
        if now > self.ends_at:
            self.is_over = True
        elif seen != self.seen:
            self.seen, self.since = seen, now
        elif self.is_too_long(now - self.since):
            self.was_stale = True
        return self.is_over or self.was_stale


def sweep() -> None:
    """Kills what a process left behind."""
    for _ in range(SWEEPS):
        if not others():
            return
        try:
            os.kill(-1, signal.SIGKILL)
        except OSError:  # they were gone already
            pass
        select.select([], [], [], 0.001)


def others() -> bool:
    """Tells whether processes are alive here that are neither the first one nor this."""
    known = {"1", str(os.getpid())}
    for name in os.listdir("/proc"):
        if name.isdigit() and name not in known and state(name) not in (None, b"Z", b"X"):
            return True
    return False


def state(process: int | str) -> bytes | None:
    """The letter of the kernel for what a process does; nothing where there is none."""
    try:
        with open(f"/proc/{process}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()[0]
    except (OSError, IndexError):
        return None


def was_killed_by(status: int, number: int) -> bool:
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == number


def limit_time(seconds: float) -> None:
    """The kernel kills this process when it has worked for so long; nothing resets it but the next call."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


class World:
    """The modules of the box in a process of their own, made anew for every candidate."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.finder = files_of.Finder(files)
        self.finder.install()
        self.scenes: list[Scene] = []
        self.unfit: list[tuple[str, str]] = []
        self.is_direct = False

    def load(self, codes: Codes, paths: Sequence[str]) -> list[tuple[Case, Scene]]:
        """Runs these modules of tests with these codes; gives the tests. Raises what they raise."""
        self.finder.codes = codes
        self.finder.purge()
        self.scenes, self.unfit = [], []
        if self.is_direct:
            self.finder.made(self.files.code[0])
        return self.more(paths)

    def more(self, paths: Sequence[str]) -> list[tuple[Case, Scene]]:
        """Runs further modules of tests beside those that were loaded."""
        found = []
        for path in paths:
            try:
                more, scene = self.collected(path)
            except stand_in.Unfit as error:
                self.unfit.append((path, str(error)))
                continue
            except stand_in.Skipped:
                self.unfit.append((path, "it skips itself"))
                continue
            self.scenes.append(scene)
            for case in more:
                case.unfit = case.unfit or self.files.whole
            found += [(case, scene) for case in more]
        # One code file that every test module imports at once need not be looked for.
        self.is_direct = len(self.files.code) == 1 and self.finder.modules.get(self.files.code[0]) in sys.modules
        return found

    def collected(self, path: str) -> tuple[list[Case], Scene]:
        above = [self.finder.conftest(other) for other in self.files.conftests(path)]
        return cases.collect(self.finder.made(path), path, above, self.files.rules)

    def counted(self, codes: Codes) -> list[Case]:
        """The tests where some file cannot be imported: with the code, or else with what stands for it."""
        self.finder.codes = codes
        found: list[Case] = []
        for path in self.files.tests:
            for self.finder.stubs in (False, True):
                self.finder.purge()
                try:
                    more, _ = self.collected(path)
                except BaseException:
                    continue
                found += more
                break
        return found

    def end(self) -> None:
        for scene in self.scenes:
            try:
                scene.end()
            except BaseException:
                pass
        stream = sys.stdout
        if stream is not sys.__stdout__:
            sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__


def clock() -> float:
    return time.clock_gettime(time.CLOCK_PROCESS_CPUTIME_ID)
