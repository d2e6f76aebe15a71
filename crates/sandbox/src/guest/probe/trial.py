"""Tries candidates: which tests pass with each, about a hundred candidates in one process.

A process for each would cost more than its tests. One that dies is replaced behind the candidate that it was at;
results lie in shared memory, in a place of fixed size for each, so that one candidate cannot grow into another's.
"""

from __future__ import annotations

import bisect
import json
import math
import mmap
import os
import signal
import statistics
import struct
import time

import _saraphina_probe_box as box
import _saraphina_probe_cases as cases
import _saraphina_probe_complaints as complaints
import _saraphina_probe_fuel as fuel
import _saraphina_probe_stand_in as stand_in
from _saraphina_probe_baseline import LATE, PASSED, Baseline

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    from _saraphina_probe_cases import Case
    from _saraphina_probe_files import Files
    from _saraphina_probe_fixtures import Scene
    from _saraphina_server_channel import Channel
    from _saraphina_types import Frame, Question

BATCH = 100
# Fuel and seconds of processor that a candidate has at least, and as multiples of what the source as it is takes.
LEAST_FUEL = 10_000
FUEL_TIMES = 6
LEAST_SECONDS = 0.05
SECONDS_TIMES = 8
# Seconds on the wall after which a process is killed: one that works, and one that sleeps.
WORKING, ASLEEP = 1.0, 0.3
# A second chance for candidates that ran out of time, when nothing else passes.
CHANCE_TIMES = 12
MOST_CHANCES = 200
CHANCE_SHARE = 0.5
LEAST_CHANCE = 0.15
# What a candidate has in all, and each of its tests, where one asks with patience.
PATIENT_SECONDS = 6.0
PATIENT_FUEL = 4_000_000
# Fuel of a test that is not worth its time once a candidate fails another one.
SLOW = 20_000
# Tests that may run out of time before a candidate is done with.
MOST_LATE = 2
# Room for the longest complaint, every character of it escaped.
COMPLAINT = 5_200
ROWS_BYTES = 48 * 1024
HEAD = 8
ENDINGS = {2: "done", 3: "uncompiled", 4: "timed_out", 5: "died"}
DONE, UNCOMPILED, TIMED_OUT, DIED = ENDINGS


class Slots:
    """What a process says of its candidates, each in a place of fixed size."""

    def __init__(self, count: int, cases: int, complaints: bool) -> None:
        self.cases = cases
        self.room = COMPLAINT if complaints else 0
        self.size = 8 + cases + self.room
        self.map = mmap.mmap(-1, HEAD + count * self.size)

    def begin(self, number: int) -> None:
        struct.pack_into("<I", self.map, 0, number + 1)

    def current(self) -> int:
        (begun,) = struct.unpack_from("<I", self.map)
        return int(begun) - 1

    def set_passed(self, number: int, case: int) -> None:
        self.map[HEAD + number * self.size + 8 + case] = 1

    def finish(self, number: int, ending: int, complaint: Frame | None = None) -> None:
        start = HEAD + number * self.size
        if complaint is not None:
            body = json.dumps(complaint).encode()
            if len(body) <= self.room:
                struct.pack_into("<I", self.map, start + 4, len(body))
                self.map[start + 8 + self.cases : start + 8 + self.cases + len(body)] = body
        self.map[start] = ending

    def read(self, number: int) -> tuple[str | None, list[int], Frame | None]:
        """The ending, the tests that pass and the complaint, as far as they make sense."""
        start = HEAD + number * self.size
        told = self.map[start + 8 : start + 8 + self.cases]
        passed = [case for case, byte in enumerate(told) if byte == 1]
        (size,) = struct.unpack_from("<I", self.map, start + 4)
        body = self.map[start + 8 + self.cases : start + 8 + self.cases + min(size, self.room)]
        return ENDINGS.get(self.map[start]), passed, clean(body)


def clean(body: bytes) -> Frame | None:
    """A complaint with the shape of one."""
    try:
        told = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict):
        return None
    texts = {name: told[name] for name in ("kind", "message", "path") if isinstance(told.get(name), str)}
    numbers = {name: told[name] for name in ("line", "column") if type(told.get(name)) is int}
    return texts | {name: number for name, number in numbers.items() if 0 < number < 1 << 31}


class Trial:
    """Tries candidates in order, for as long as there is time."""

    def __init__(self, files: Files, question: Question, channel: Channel, ends_at: float) -> None:
        self.files, self.channel, self.ends_at = files, channel, ends_at
        self.memory = files.job["memory_bytes"]
        self.candidates = question["candidates"]
        self.further, self.further_seconds = question["further"], question["further_ms"] / 1000
        self.complaints, self.patience = question["complaints"], question["patience"]
        self.start, self.careful = question["from"], question["careful"]
        self.found: int | None = question["found"]
        self.baseline = Baseline(files, question["cases"], ends_at)
        self.late: list[tuple[int, int]] = []
        self.began = time.monotonic()

    def answer(self) -> None:
        baseline = self.baseline
        baseline.measure()
        self.wanted = baseline.wanted
        if not self.wanted:
            return
        quick_first = sorted(range(len(self.wanted)), key=lambda place: baseline.ticks[place])
        self.failing = [place for place in quick_first if baseline.outcomes[place] != PASSED]
        self.passing = [place for place in quick_first if baseline.outcomes[place] == PASSED]
        # What fails decides first: files in which all pass are only run where one of them passes now.
        first = self.files.tests_of(self.wanted[place] for place in self.failing or self.passing)
        others = self.files.tests_of(self.wanted)
        self.paths = first, [path for path in others if path not in first]
        usual = int(statistics.median(baseline.ticks))
        self.fuel = [max(LEAST_FUEL, FUEL_TIMES * max(usual, ticks)) for ticks in baseline.ticks]
        self.most_fuel = max(self.fuel)
        self.seconds = max(LEAST_SECONDS, SECONDS_TIMES * baseline.seconds)
        self.asleep = max(ASLEEP, SECONDS_TIMES * baseline.wall)
        if self.patience == "long":
            self.give(PATIENT_FUEL, PATIENT_SECONDS)
        self.files.make_ready(self.candidates)
        self.rounds(range(self.start, len(self.candidates)), is_first=True)
        if self.found is None and self.late and self.patience == "usual":
            took = time.monotonic() - self.began
            self.ends_at = min(self.ends_at, time.monotonic() + max(LEAST_CHANCE, CHANCE_SHARE * took))
            self.give(CHANCE_TIMES * self.most_fuel, CHANCE_TIMES * self.seconds)
            self.rounds(self.by_turns()[:MOST_CHANCES], is_first=False)

    def by_turns(self) -> list[int]:
        """Those that ran out of time: the next one by turns, and the one that passed most tests before."""
        passing = sorted(self.late, key=lambda known: -known[1])
        return list(dict.fromkeys(index for pair in zip(self.late, passing) for index, _ in pair))

    def give(self, amount: int, seconds: float) -> None:
        """Every test so much fuel, every candidate so many seconds."""
        self.fuel, self.most_fuel = [amount] * len(self.fuel), amount
        self.seconds = seconds

    def rounds(self, indices: Iterable[int], is_first: bool) -> None:
        pending = list(indices)
        while pending and time.monotonic() < self.ends_at:
            if self.found is not None and is_first:
                pending = pending[: bisect.bisect_right(pending, self.found + self.further)]
                if not pending:
                    return
            batch = pending[: 1 if pending[0] < self.careful else BATCH]
            if is_first:
                self.channel.say(**{"t": "begun", "from": batch[0], "to": batch[-1] + 1})
            pending = pending[self.batch(batch, is_first) :]
            if self.found is not None and not is_first:
                return

    def batch(self, batch: list[int], is_first: bool) -> int:
        """Tries candidates in one process; gives how many of them are done with."""
        slots = Slots(len(batch), len(self.wanted), self.complaints)
        child = box.fork(lambda: Trying(self, slots, batch).run(), self.memory)
        watch = box.Watch(self.ends_at, slots.current, lambda took: self.is_too_long(child, took))
        status = box.follow(child, watch.is_stale)
        box.sweep()
        current = min(max(slots.current(), 0), len(batch) - 1)
        rows, done = [], 0
        for number, index in enumerate(batch):
            ending, passed, complaint = slots.read(number)
            if ending is None:
                if number > current or watch.is_over or self.is_enough(index):
                    break
                is_late = number == current and (was_late(status) or watch.was_stale)
                ending = "timed_out" if is_late else "died"
            rows.append([index, ending, passed, complaint])
            done = number + 1
            self.note(index, ending, passed, is_first)
        self.tell(rows)
        # A process that ends between two candidates has nobody to be blamed for it.
        return done if done or watch.is_over else 1

    def is_too_long(self, child: int, took: float) -> bool:
        """Whether a process hangs: too long at one candidate, or asleep."""
        sleeps = took > self.asleep and box.state(child) == b"S"
        return sleeps or took > max(WORKING, 20 * self.seconds)

    def is_enough(self, index: int) -> bool:
        return self.found is not None and index > self.found + self.further

    def note(self, index: int, ending: str, passed: list[int], is_first: bool) -> None:
        if ending == "timed_out" and is_first:
            self.late.append((index, len(passed)))
        if len(passed) == len(self.wanted) and ending == "done" and self.found is None:
            self.found = index
            self.ends_at = min(self.ends_at, time.monotonic() + self.further_seconds)
            self.channel.say(t="found", index=index)

    def tell(self, rows: list[list[Any]]) -> None:
        piece, size = [], 0
        for row in rows:
            piece.append(row)
            size += 100 + 7 * len(row[2]) + (COMPLAINT if row[3] else 0)
            if size > ROWS_BYTES:
                self.channel.say(t="tried", rows=piece)
                piece, size = [], 0
        self.channel.say(t="tried", rows=piece)


def was_late(status: int) -> bool:
    stubborn = os.WIFEXITED(status) and os.WEXITSTATUS(status) == fuel.STUBBORN
    return stubborn or box.was_killed_by(status, signal.SIGPROF)


def by_id(found: list[tuple[Case, Scene]]) -> dict[str, tuple[Case, Scene]]:
    return {case.id: (case, scene) for case, scene in found}


class Trying:
    """The process that runs candidates one after another."""

    def __init__(self, trial: Trial, slots: Slots, batch: list[int]) -> None:
        self.trial, self.slots, self.batch = trial, slots, batch
        self.files = trial.files
        self.tank = fuel.Tank()
        self.stop_behind = trial.found + trial.further if trial.found is not None else len(trial.candidates)
        self.stop_at = math.inf

    def run(self) -> None:
        self.world = box.World(self.files)
        own = os.getpid()
        for number, index in enumerate(self.batch):
            if index > self.stop_behind or time.monotonic() > self.stop_at:
                break
            self.slots.begin(number)
            box.limit_time(self.trial.seconds)
            ending, complaint, count = self.attempt(number, index)
            if os.getpid() != own:  # a child of a candidate
                os._exit(0)
            told = complaint if self.trial.complaints else None
            self.slots.finish(number, ending, told)
            if ending == DONE and count == len(self.trial.wanted):
                self.stop_behind = min(self.stop_behind, index + self.trial.further)
                self.stop_at = min(self.stop_at, time.monotonic() + self.trial.further_seconds)

    def attempt(self, number: int, index: int) -> tuple[int, Any, int]:
        """Runs a candidate; gives how it ended, its first complaint, and how many tests pass."""
        self.tank.fill(self.trial.most_fuel)
        try:
            codes = self.files.with_edits(self.trial.candidates[index])
        except fuel.BAD_TEXT as error:
            return UNCOMPILED, self.complaint(error), 0
        try:
            found = by_id(self.world.load(codes, self.trial.paths[0]))
        except BaseException as error:
            return self.ending(error), self.complaint(error), 0
        finally:
            is_late = self.tank.is_empty()
        if is_late:
            return TIMED_OUT, {"kind": "Timeout"}, 0
        try:
            return self.judge(number, found)
        finally:
            self.tank.fill(self.trial.most_fuel)
            self.world.end()

    def judge(self, number: int, found: dict[str, tuple[Case, Scene]]) -> tuple[int, Any, int]:
        trial = self.trial
        first: Any = None
        ending, passed, late, is_whole = DONE, 0, 0, False
        for place in trial.failing + trial.passing:
            if trial.failing and trial.baseline.outcomes[place] == PASSED:
                if passed == 0:
                    break
                if not is_whole:
                    is_whole, broken = True, self.more(found)
                    if broken is not None:
                        return self.ending(broken), first or self.complaint(broken), passed
            if first and trial.baseline.ticks[place] > SLOW:
                continue
            error = self.one(place, found.get(trial.wanted[place]))
            if error is None:
                self.slots.set_passed(number, place)
                passed += 1
                continue
            first = first or self.complaint(error)
            ending = max(ending, self.ending(error))
            if ending == DIED or not trial.failing:
                break
            if ending == TIMED_OUT and self.tank.is_empty():
                late += 1
                if late >= MOST_LATE or trial.baseline.outcomes[place] != LATE:
                    break
        return ending, first, passed

    def more(self, found: dict[str, tuple[Case, Scene]]) -> BaseException | None:
        """Adds the tests of the files in which all passed before; gives why that cannot be done."""
        self.tank.fill(self.trial.most_fuel)
        try:
            found.update(by_id(self.world.more(self.trial.paths[1])))
        except BaseException as error:
            return error
        return fuel.OutOfFuel() if self.tank.is_empty() else None

    def one(self, place: int, found: tuple[Case, Scene] | None) -> BaseException | None:
        if found is None or found[0].unfit is not None:
            return LookupError("the test is not there any more")
        self.tank.fill(self.trial.fuel[place])
        try:
            error = cases.run(*found)
        except stand_in.Skipped as skipped:
            error = skipped
        return fuel.OutOfFuel() if self.tank.is_empty() and error is None else error

    def ending(self, error: BaseException) -> int:
        if self.tank.is_empty():
            return TIMED_OUT
        return DIED if isinstance(error, MemoryError) else DONE

    def complaint(self, error: BaseException) -> Any:
        if not self.trial.complaints:
            return True
        return complaints.complaint(error, self.files, self.tank.is_empty())
