"""Measures what the tests do on the source as it is: which fail, and what they take.

`trial.py` derives from it what a candidate may take. The tests run in a process of their own that may die at any of
them; what it had found by then is in memory shared with this one.
"""

from __future__ import annotations

import mmap
import os
import signal
import struct
import time

import _saraphina_probe_box as box
import _saraphina_probe_cases as cases
import _saraphina_probe_fuel as fuel
import _saraphina_probe_stand_in as stand_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _saraphina_probe_cases import Case
    from _saraphina_probe_files import Files
    from _saraphina_probe_fixtures import Scene

UNKNOWN, BEGUN, PASSED, FAILED, LATE, UNFIT = range(6)
TAPE = 4 * 1024 * 1024
IDS_PER_FRAME = 50
# Fuel of each test; of those that need more, together.
FUEL = 30_000
MORE_FUEL = 800_000
# Seconds of processor of one process, and on the wall without any work.
SECONDS = 1.0
WALL = 1.0
# Tests that may end their process.
MOST_DEATHS = 20


class Board:
    """One place for every test: its outcome, its ticks, and what all took."""

    def __init__(self) -> None:
        self.ticks_at = cases.MOST_CASES
        self.times_at = self.ticks_at + 4 * cases.MOST_CASES
        self.map = mmap.mmap(-1, self.times_at + 32)

    def outcome(self, place: int) -> int:
        return self.map[place]

    def begin(self, place: int) -> None:
        self.map[place] = BEGUN

    def finish(self, place: int, outcome: int, ticks: int) -> None:
        struct.pack_into("<I", self.map, self.ticks_at + 4 * place, min(ticks, 1 << 31))
        self.map[place] = outcome

    def add_times(self, seconds: float, wall: float) -> None:
        known = struct.unpack_from("<dd", self.map, self.times_at)
        struct.pack_into("<dd", self.map, self.times_at, known[0] + seconds, known[1] + wall)

    def times(self) -> list[float]:
        """Seconds as they were told, where they can be any."""
        told = struct.unpack_from("<dd", self.map, self.times_at)
        return [time if 0 <= time < 60 else 60.0 for time in told]

    def ticks(self, place: int) -> int:
        (ticks,) = struct.unpack_from("<I", self.map, self.ticks_at + 4 * place)
        return int(ticks)


class Baseline:
    """Runs every test on the source as it is."""

    def __init__(self, files: Files, asked: list[str], ends_at: float) -> None:
        self.files, self.asked, self.ends_at = files, asked, ends_at
        self.paths = files.tests_of(asked) if asked else files.tests
        self.board, self.tape = Board(), box.Tape(TAPE)
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.outcomes: list[int] = []
        self.ticks: list[int] = []
        self.seconds = self.wall = 0.0

    def measure(self) -> None:
        self.run(FUEL)
        count = min(len(self.ids), cases.MOST_CASES)
        late = [place for place in range(count) if self.board.outcome(place) == LATE]
        if late and self.is_loaded:
            for place in late:
                self.board.map[place] = UNKNOWN
            self.run(max(FUEL, MORE_FUEL // len(late)))
        outcomes = {
            id: (self.board.outcome(place) if self.is_loaded else FAILED) for place, id in enumerate(self.ids[:count])
        }
        fit = [id for id, outcome in outcomes.items() if outcome != UNFIT and id not in self.unfit]
        self.wanted = self.asked if self.asked else fit
        known = (UNKNOWN, BEGUN, LATE)
        told = [outcomes.get(id, FAILED) for id in self.wanted]
        self.outcomes = [LATE if outcome in known else PASSED if outcome == PASSED else FAILED for outcome in told]
        ended = [place for place in range(count) if self.board.outcome(place) in (PASSED, FAILED)]
        ticks = {self.ids[place]: min(self.board.ticks(place), MORE_FUEL) for place in ended}
        self.ticks = [ticks.get(id, 0) for id in self.wanted]
        self.seconds, self.wall = self.board.times()

    def run(self, amount: int) -> None:
        for _ in range(MOST_DEATHS):
            child = box.fork(lambda: self.work(amount), self.files.job["memory_bytes"])
            watch = self.watch(child)
            status = box.follow(child, watch.is_stale)
            box.sweep()
            self.hear()
            died = [place for place in range(len(self.ids)) if self.board.outcome(place) == BEGUN]
            for place in died:
                by_time = watch.was_stale or watch.is_over or box.was_killed_by(status, signal.SIGPROF)
                by_fuel = os.WIFEXITED(status) and os.WEXITSTATUS(status) == fuel.STUBBORN
                self.board.map[place] = LATE if by_time or by_fuel else FAILED
            if not died or time.monotonic() > self.ends_at:
                return

    def watch(self, child: int) -> box.Watch:
        """A process that has to wait for the processor is slow, and not stale."""

        def sign() -> tuple[bytes, float]:
            return self.board.map[: cases.MOST_CASES], worked(child)

        return box.Watch(self.ends_at, sign, lambda took: took > WALL)

    def hear(self) -> None:
        ids: list[str] = []
        unfit: set[str] = set()
        self.is_loaded = False
        for frame in self.tape.read(("ids", "loaded")):
            if frame["t"] == "loaded":
                self.is_loaded = frame.get("well") is True
                continue
            ids += [id for id in frame.get("ids", ()) if isinstance(id, str)]
            unfit.update(id for id in frame.get("unfit", ()) if isinstance(id, str))
        if ids:
            self.ids, self.unfit = ids[: cases.MOST_CASES], unfit
        elif not self.ids:
            self.ids, self.unfit = [], set()

    def work(self, amount: int) -> None:
        tank = fuel.Tank()
        tank.fill(FUEL)
        box.limit_time(SECONDS)
        world = box.World(self.files)
        try:
            began = box.clock(), time.monotonic()
            found = world.load(self.files.codes, self.paths)
            self.board.add_times(box.clock() - began[0], time.monotonic() - began[1])
            is_loaded = True
        except BaseException:
            is_loaded = False
            tank.fill(FUEL)
        all_cases = [case for case, _ in found] if is_loaded else world.counted(self.files.codes)
        for start in range(0, len(all_cases), IDS_PER_FRAME):
            piece = all_cases[start : start + IDS_PER_FRAME]
            self.tape.say(t="ids", ids=[case.id for case in piece], unfit=[case.id for case in piece if case.unfit])
        self.tape.say(t="loaded", well=is_loaded)
        if is_loaded:
            self.outcomes_of(found, tank, amount)

    def outcomes_of(self, found: list[tuple[Case, Scene]], tank: fuel.Tank, amount: int) -> None:
        asked = set(self.asked or [case.id for case, _ in found])
        for place, (case, scene) in enumerate(found[: cases.MOST_CASES]):
            if case.id in asked and case.unfit is None and self.board.outcome(place) == UNKNOWN:
                self.one(place, case, scene, (tank, amount))

    def one(self, place: int, case: Case, scene: Scene, terms: tuple[fuel.Tank, int]) -> None:
        tank, amount = terms
        self.board.begin(place)
        tank.fill(amount)
        box.limit_time(SECONDS)
        began = box.clock(), time.monotonic()
        try:
            error = cases.run(case, scene)
        except stand_in.Skipped:
            error = stand_in.Unfit("skipped")
        if tank.is_empty():
            self.board.finish(place, LATE, 0)
            return
        self.board.add_times(box.clock() - began[0], time.monotonic() - began[1])
        outcome = PASSED if error is None else UNFIT if isinstance(error, stand_in.Unfit) else FAILED
        self.board.finish(place, outcome, tank.used())


def worked(process: int) -> float:
    """Hundredths of a second that a process has worked; 0 where the kernel does not tell."""
    try:
        # The kernel's number for the processor time of another process.
        return round(time.clock_gettime((~process << 3) | 2), 2)
    except OSError:
        return 0.0
