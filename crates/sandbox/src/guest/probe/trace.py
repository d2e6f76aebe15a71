"""Traces what each test does on the source as it is, line by line.

The search for a patch ranks lines by it, and needs the types of variables to propose edits. The first tests that fail
have a process each; all others share one, as they do under pytest, since most tests take less time than a process. One
that kills its process or never ends costs only itself: another process goes on behind it.
"""

from __future__ import annotations

import ast
import json
import mmap
import os
import select
import signal
import struct
import sys
import time

import _saraphina_probe_box as box
import _saraphina_probe_cases as cases
import _saraphina_probe_complaints as complaints
import _saraphina_probe_fuel as fuel
import _saraphina_probe_stand_in as stand_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Mapping, Sequence

    from _saraphina_probe_cases import Case
    from _saraphina_probe_files import Files
    from _saraphina_probe_fixtures import Scene
    from _saraphina_server_channel import Channel
    from _saraphina_types import Frame, Question, TraceFunction

KINDS = ("case", "lines", "types", "broken", "unfit")
TAPE = 24 * 1024 * 1024
ACCOUNT = 256 * 1024
IMPORT_SECONDS = 5.0
# What a test may take: fuel, seconds of work, seconds in all; less after the first that took too much.
FIRST = 500_000, 0.6, 1.5
LATER = 30_000, 0.1, 0.5
# Lines that are traced, and looks at the variables of one function.
MOST_LINES = 60_000
MOST_LOOKS = 25
RANGES_PER_FRAME = 3_000
# Failing tests that have a process of their own: what an earlier test left in a cache would hide lines of theirs.
MOST_ALONE = 24


def answer(files: Files, question: Question, channel: Channel, ends_at: float) -> None:
    tape = box.Tape(TAPE)
    first = question["first"]
    child = box.fork(lambda: Tracing(files, tape, ends_at, first).run(), files.job["memory_bytes"])

    def is_stale() -> bool:
        for frame in tape.read(KINDS):
            channel.say(**frame)
        return time.monotonic() > ends_at

    box.follow(child, is_stale)
    box.sweep()
    for frame in tape.read(KINDS):
        channel.say(**frame)


class Progress:
    """How far the process of the tests is, in shared memory."""

    def __init__(self) -> None:
        self.map = mmap.mmap(-1, 12)

    def get(self, number: int) -> int:
        return int(struct.unpack_from("<I", self.map, 4 * number)[0])

    def begin(self, place: int) -> None:
        struct.pack_into("<I", self.map, 0, place)

    @property
    def at(self) -> int:
        """The place of the test that runs; one behind the last where all ended."""
        return self.get(0)

    def note_told(self) -> None:
        struct.pack_into("<I", self.map, 4, self.told + 1)

    @property
    def told(self) -> int:
        """How many tests were told, which is the number of the one that is told next."""
        return self.get(1)

    def note_late(self) -> None:
        struct.pack_into("<I", self.map, 8, 1)

    @property
    def was_late(self) -> bool:
        """Whether a test took too much, so that the others get less."""
        return self.get(2) != 0


class Tracing:
    """Imports the suite once and runs its tests, in as few processes as will do."""

    def __init__(self, files: Files, tape: box.Tape, ends_at: float, first: Sequence[str] = ()) -> None:
        self.files, self.tape, self.ends_at = files, tape, ends_at
        self.first = frozenset(first)
        self.first_files = {file_of(id) for id in first}
        self.bases, size = {}, 16
        for path in files.code:
            self.bases[files.full(path)] = size
            size += files.texts[path].count(b"\n") + files.texts[path].count(b"\r") + 3
        self.lines = mmap.mmap(-1, size)
        self.size = size
        self.account = mmap.mmap(-1, ACCOUNT)
        self.paths = list(self.bases)
        self.tests = files.tests
        self.progress = Progress()

    def run(self) -> None:
        world = box.World(self.files)
        self.tank = fuel.Tank()
        self.tank.fill(FIRST[0])
        found = self.in_time(lambda: self.load(world))
        for id, reason in world.unfit:
            self.tape.say(t="unfit", id=id, reason=reason)
        fit = []
        for case, scene in found or []:
            if case.unfit is None:
                fit.append((case, scene))
            else:
                self.tape.say(t="unfit", id=case.id, reason=case.unfit)
        self.each(sorted(fit, key=self.is_later))

    def is_later(self, one: tuple[Case, Scene]) -> tuple[bool, bool]:
        """What is asked for comes first, then what lies beside it: time may end before the rest."""
        id = one[0].id
        return id not in self.first, file_of(id) not in self.first_files

    def load(self, world: box.World) -> list[tuple[Case, Scene]] | None:
        try:
            return world.load(self.files.codes, self.tests)
        except BaseException as error:
            self.tape.say(t="broken", complaint=complaints.complaint(error, self.files, self.tank.is_empty()))
            return None

    def in_time(self, load: Callable[[], list[tuple[Case, Scene]] | None]) -> list[tuple[Case, Scene]] | None:
        """Imports must end too."""
        probe = os.fork()
        if probe == 0:
            box.limit_time(IMPORT_SECONDS)
            load()
            os._exit(0)
        if self.wait(probe, IMPORT_SECONDS * 1.5) is None:
            self.tape.say(t="broken", complaint={"kind": "Timeout"})
            return None
        return load()

    def wait(self, child: int, seconds: float) -> int | None:
        """The wait status of a process; nothing where it had to be killed, or worked too long."""
        handle = os.pidfd_open(child)
        poller = select.poll()
        poller.register(handle, select.POLLIN)
        ends = min(time.monotonic() + seconds, self.ends_at)
        is_over = bool(poller.poll(max(1, int((ends - time.monotonic()) * 1000))))
        if not is_over:
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        os.close(handle)
        return None if not is_over or box.was_killed_by(status, signal.SIGPROF) else status

    def each(self, fit: list[tuple[Case, Scene]]) -> None:
        alone = min(MOST_ALONE, sum(case.id in self.first for case, _ in fit))
        start = 0
        while start < len(fit) and time.monotonic() < self.ends_at:
            start = self.some(fit[: start + 1] if start < alone else fit, start)

    def some(self, fit: list[tuple[Case, Scene]], start: int) -> int:
        """Runs tests from a place on in one process, as long as it lives; gives the place of the next one."""
        self.progress.begin(start)
        child = os.fork()
        if child == 0:
            try:
                self.work(fit, start)
            finally:
                os._exit(0)
        watch = box.Watch(self.ends_at, lambda: self.progress.at, lambda took: took > self.limits[2])
        status = box.follow(child, watch.is_stale)
        at = max(start, self.progress.at)  # a test may have written there
        if at < len(fit) and not watch.is_over and time.monotonic() < self.ends_at:
            case, _ = fit[at]
            by_time = watch.was_stale or box.was_killed_by(status, signal.SIGPROF)
            by_fuel = os.WIFEXITED(status) and os.WEXITSTATUS(status) == fuel.STUBBORN
            self.tell(case, by_time or by_fuel)
            return at + 1
        return len(fit)

    def work(self, fit: list[tuple[Case, Scene]], start: int) -> None:
        own = os.getpid()
        for place in range(start, len(fit)):
            if time.monotonic() >= self.ends_at:
                return
            self.lines[:] = bytes(self.size)
            struct.pack_into("<I", self.account, 0, 0)
            self.progress.begin(place)
            self.tank.fill(self.limits[0])
            box.limit_time(self.limits[1])
            Tracer(self).run(*fit[place])
            if os.getpid() != own:  # a child of a test
                return
            self.tell(fit[place][0], False)
            self.progress.begin(place + 1)

    @property
    def limits(self) -> tuple[int, float, float]:
        return LATER if self.progress.was_late else FIRST

    def tell(self, case: Case, is_late: bool) -> None:
        """Says what a test did that ended, or ended its process."""
        told = self.read()
        if "unfit" in told:
            self.tape.say(t="unfit", id=case.id, reason=told["unfit"])
            return
        complaint = told.get("complaint")
        if told.get("late"):
            self.progress.note_late()
        elif is_late:
            self.progress.note_late()
            complaint = {"kind": "Timeout", **self.place()}
        elif "passed" not in told and complaint is None:
            complaint = {"kind": "SystemExit", "message": "it ended its process", **self.place()}
        self.tape.say(t="case", id=case.id[:500], complaint=complaint)
        self.tell_lines()
        for path, line, names in told.get("types", ()):
            self.tape.say(t="types", path=path, line=line, names=names)
        self.progress.note_told()

    def read(self) -> Frame:
        (size,) = struct.unpack_from("<I", self.account)
        try:
            told = json.loads(self.account[4 : 4 + min(size, ACCOUNT - 4)]) if size else {}
        except ValueError:
            told = {}
        return told if isinstance(told, dict) else {}

    def place(self) -> Frame:
        """The line that ran last."""
        number, line = struct.unpack_from("<II", self.lines)
        if not 0 < number <= len(self.paths):
            return {}
        return {"path": self.files.paths[self.paths[number - 1]], "line": line}

    def tell_lines(self) -> None:
        seen = self.lines[:]
        for full, base in self.bases.items():
            end = min([other for other in self.bases.values() if other > base], default=self.size)
            ranges = stretches(seen[base:end])
            for start in range(0, len(ranges), RANGES_PER_FRAME):
                piece = ranges[start : start + RANGES_PER_FRAME]
                self.tape.say(t="lines", case=self.progress.told, path=self.files.paths[full], ranges=piece)


def file_of(id: str) -> str:
    return id.partition("::")[0]


def stretches(seen: bytes) -> list[list[int]]:
    """First and last of lines that follow each other."""
    found: list[list[int]] = []
    for line in range(1, len(seen)):
        if not seen[line]:
            continue
        if found and found[-1][1] == line - 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    return found


class Tracer:
    """Notes lines and types while one test runs, in its process."""

    def __init__(self, tracing: Tracing) -> None:
        self.tracing = tracing
        self.left = MOST_LINES
        self.looks: dict[types.CodeType, int] = {}
        self.types: dict[tuple[str, int], dict[str, set[str]]] = {}
        self.last = memoryview(tracing.lines)[:8].cast("I")
        self.numbers = {full: number for number, full in enumerate(tracing.bases, 1)}

    def run(self, case: Case, scene: Scene) -> None:
        files = self.tracing.files
        sys.settrace(self.enter)
        try:
            error = cases.run(case, scene)
        except stand_in.Skipped:
            sys.settrace(None)
            self.write({"unfit": "it is skipped"})
            return
        sys.settrace(None)
        if isinstance(error, stand_in.Unfit):
            self.write({"unfit": str(error)})
            return
        if self.tracing.tank.is_empty():
            self.write({"late": True, "complaint": complaints.complaint(error or fuel.OutOfFuel(), files, True)})
        else:
            self.write({"passed": True} if error is None else {"complaint": complaints.complaint(error, files)})

    def write(self, told: Frame) -> None:
        told["types"] = self.named()
        body = json.dumps(told).encode()
        if len(body) > ACCOUNT - 4:
            body = json.dumps({**told, "types": []}).encode()
        account = self.tracing.account
        account[4 : 4 + len(body)] = body
        struct.pack_into("<I", account, 0, len(body))

    def named(self) -> list[tuple[str, int, dict[str, list[str]]]]:
        """The types by the line of their function's `def`."""
        found = []
        lines = {}
        for (full, first), names in self.types.items():
            path = self.tracing.files.paths[full]
            if path not in lines:
                lines[path] = definitions(self.tracing.files.texts[path])
            kept = {name: sorted(kinds)[:8] for name, kinds in list(names.items())[:100]}
            found.append((path, lines[path].get(first, first), kept))
        return found[:500]

    def enter(self, frame: types.FrameType, event: str, value: object) -> TraceFunction | None:
        full = frame.f_code.co_filename
        base = self.tracing.bases.get(full)
        if base is None:
            return None
        lines, last, number = self.tracing.lines, self.last, self.numbers[full]

        def follow(frame: types.FrameType, event: str, value: object) -> TraceFunction | None:
            if event == "line":
                line = frame.f_lineno
                lines[base + line] = 1
                last[0], last[1] = number, line
                self.left -= 1
                if self.left <= 0:
                    self.stop()
                    return None
            elif event != "return":
                return follow
            code = frame.f_code
            looks = self.looks.get(code, 0)
            if looks < MOST_LOOKS:
                self.looks[code] = looks + 1
                self.look(full, code, frame.f_locals)
            elif event == "return" and looks < 2 * MOST_LOOKS:
                self.looks[code] = looks + 1
                self.look(full, code, frame.f_locals)
            return follow

        return follow

    def look(self, full: str, code: types.CodeType, values: Mapping[str, object]) -> None:
        if code.co_name.startswith("<"):
            return
        seen = self.types.setdefault((full, code.co_firstlineno), {})
        for name, value in values.items():
            if not name.startswith("."):
                seen.setdefault(name, set()).add(type(value).__name__[:60])

    def stop(self) -> None:
        """Lets the test run on without being looked at: it may be endless, so what is known is written now."""
        sys.settrace(None)
        self.write({})


def definitions(text: bytes) -> dict[int, int]:
    """The lines of `def` by the first line of what belongs to it."""
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([item.lineno for item in node.decorator_list], default=node.lineno)
            found[first] = node.lineno
    return found
