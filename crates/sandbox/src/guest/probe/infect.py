"""Which candidates change the value of an expression while a test runs.

A candidate that alters nothing in the state of a failing test cannot mend it (the infection of Voas, 1992; weak
mutation, Howden, 1982). Before a statement runs, the expression in it that a candidate changes is evaluated as it is
and as the candidate has it, where neither can have an effect; no candidate is run for that.
"""

from __future__ import annotations

import gc
import itertools
import mmap
import os
import sys
import time
import zlib

import _saraphina_probe_box as box
import _saraphina_probe_cases as cases
import _saraphina_probe_fuel as fuel
import _saraphina_probe_stand_in as stand_in
import _saraphina_probe_trace as trace
from _saraphina_probe_oracle import Oracle
from _saraphina_probe_sites import ATOMS, LEAVING, TRUTH, Sites, effects, is_iterator

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from typing import Any

    from _saraphina_probe_cases import Case
    from _saraphina_probe_files import Files
    from _saraphina_probe_fixtures import Scene
    from _saraphina_probe_sites import Expression, Site
    from _saraphina_server_channel import Channel
    from _saraphina_types import Evaluated, Question, TraceFunction

KINDS = ("infected",)
TAPE = 1024 * 1024
# What a test tells of a candidate, the most telling of all looks.
UNREACHED, ABSENT, HOLDS, INFECTED, RAISED, UNKNOWN, FAILS = range(7)
# Looks at one statement in one test, at all of its candidates and at those that are not told of yet; evaluations in
# one test; elements of what is iterated over.
FULL_LOOKS = 4
MOST_LOOKS = 200
MOST_EVALUATIONS = 20_000
MOST_ELEMENTS = 2_000
# What a test may take: fuel, seconds of work, seconds in all.
LIMITS = 200_000, 0.3, 0.8
# The same of one that runs out of time anyway.
LATE_LIMITS = 20_000, 0.15, 0.4


def answer(files: Files, question: Question, channel: Channel, ends_at: float) -> None:
    tape = box.Tape(TAPE)
    child = box.fork(lambda: Infection(files, question, tape, ends_at).run(), files.job["memory_bytes"])
    box.follow(child, lambda: time.monotonic() > ends_at)
    box.sweep()
    for frame in tape.read(KINDS):
        channel.say(**frame)


class Infection(trace.Tracing):
    """Imports the suite once and forks for every test that is asked for."""

    def __init__(self, files: Files, question: Question, tape: box.Tape, ends_at: float) -> None:
        super().__init__(files, tape, ends_at)
        gc.disable()
        self.tests = files.tests_of(question["cases"])
        self.wanted = {id: place for place, id in enumerate(question["cases"])}
        self.first_late = question["failing"]
        self.failing = self.first_late + question["late"]
        self.count = len(question["candidates"])
        self.oracle = Oracle(files)
        # A byte for each candidate, and one that says that the test ended.
        self.shared = mmap.mmap(-1, self.count + 1)
        self.blank = bytearray(self.count + 1)
        # By the line before which they are looked at, or by the first line of what must have ended before.
        self.sites: dict[tuple[str, int], list[Site]] = {}
        self.behind: dict[tuple[str, int], list[Site]] = {}
        of_files = {path: Sites(files.texts[path], path) for path in files.code if fuel.is_placed(files.texts[path])}
        for number, patch in enumerate(question["candidates"]):
            paths = {edit[0] for edit in patch}
            edits = sorted((start, end, text) for _, start, end, text in patch)
            path = next(iter(paths), None)
            if len(paths) > 1 or path not in of_files or not of_files[path].add(number, edits):
                self.blank[number] = UNKNOWN
        for path, sites in of_files.items():
            for site in sites.known.values():
                places = self.sites if site.behind is None else self.behind
                for line in site.lines:
                    places.setdefault((files.full(path), line), []).append(site)
        # What is made here stays, in every test.
        gc.freeze()
        gc.enable()

    def load(self, world: box.World) -> list[tuple[Case, Scene]]:
        """Those that fail first: of what cannot mend them the others need not tell."""
        found = [case for case in super().load(world) or () if case[0].id in self.wanted]
        return sorted(found, key=lambda case: self.wanted[case[0].id])

    def each(self, fit: list[tuple[Case, Scene]]) -> None:
        for case, scene in fit:
            if time.monotonic() >= self.ends_at:
                return
            self.one(case, scene)

    def apart(self, work: Callable[[], None], limits: tuple[int, float, float]) -> int | None:
        """Does the work of a test in a process of its own; gives its wait status, as `wait` does."""
        child = os.fork()
        if child == 0:
            self.tank.fill(limits[0])
            box.limit_time(limits[1])
            work()
            os._exit(0)
        return self.wait(child, limits[2])

    def one(self, case: Case, scene: Scene) -> None:
        place = self.wanted[case.id]
        is_failing, is_late = place < self.failing, self.first_late <= place < self.failing
        self.shared[:] = bytes(self.blank)
        watcher = Watcher(self, FULL_LOOKS if is_failing else 0, is_late)
        status = self.apart(lambda: watcher.run(case, scene), LATE_LIMITS if is_late else LIMITS)
        # Of a test that is cut short nobody knows what else it would reach; one that never ends is always cut short.
        if not is_late and (status is None or not self.shared[-1]):
            return
        told = self.shared[:-1]
        self.tape.say(t="infected", case=place, told=list(told))
        for number, of_candidate in enumerate(told) if is_failing and not is_late else ():
            if of_candidate in (ABSENT, FAILS):
                self.blank[number] = UNKNOWN


class Watcher:
    """Evaluates what candidates change while one test runs, in the process of that test."""

    def __init__(self, infection: Infection, full_looks: int, is_late: bool) -> None:
        self.sites, self.told, self.tank = infection.sites, infection.shared, infection.tank
        self.oracle = infection.oracle
        self.files = set(infection.bases)
        self.left = MOST_EVALUATIONS
        self.full_looks = full_looks
        self.looks: dict[Site, int] = {}
        self.is_late = is_late
        # By frame, the sites behind a statement that runs, with the line at which it is.
        self.behind = infection.behind
        self.waiting: dict[types.FrameType, dict[Site, int]] = {}
        # By candidate, the frame that it left.
        self.left_by: dict[int, types.FrameType] = {}

    def run(self, case: Case, scene: Scene) -> None:
        sys.settrace(self.enter)
        try:
            cases.run(case, scene)
        except stand_in.Skipped:
            return
        finally:
            sys.settrace(None)
        self.told[-1] = not self.tank.is_empty()

    def enter(self, frame: types.FrameType, event: str, value: Any) -> TraceFunction | None:
        return self.follow if frame.f_code.co_filename in self.files else None

    def follow(self, frame: types.FrameType, event: str, value: Any) -> TraceFunction:
        if event == "line":
            line = frame.f_lineno
            place = frame.f_code.co_filename, line
            if frame in self.waiting:
                self.settle(frame, line)
            for site in self.sites.get(place, ()):
                self.look(site, frame)
            for site in self.behind.get(place, ()):
                self.waiting.setdefault(frame, {})[site] = line
        elif frame in self.waiting:
            if event == "return":
                self.settle(frame, 0)
                self.waiting.pop(frame, None)
            elif event == "exception" and value[0] is not StopIteration:
                for site in self.waiting.pop(frame):
                    self.give_up(site)
        return self.follow

    def settle(self, frame: types.FrameType, line: int) -> None:
        """Looks at what is behind a statement that has ended, unless it left its block."""
        waiting = self.waiting[frame]
        for site, last in list(waiting.items()):
            behind = site.behind
            if behind is not None and behind.lineno <= line <= (behind.end_lineno or 0):
                waiting[site] = line
                continue
            del waiting[site]
            if last not in site.leaving:
                self.look(site, frame)

    def look(self, site: Site, frame: types.FrameType) -> None:
        looks = self.looks.get(site, 0)
        if looks == MOST_LOOKS:
            return
        self.looks[site] = looks + 1
        names = {**dict.fromkeys(site.assigned, ...), **frame.f_globals, **frame.f_locals}
        of_names = effects(site, names)
        has_effects = any(of_names)
        is_last = looks + 1 == MOST_LOOKS or self.left <= 0
        if is_last or has_effects and not site.original.is_plain(*of_names):
            # What never ends does the same again and again.
            if self.is_late and is_last:
                self.looks[site] = MOST_LOOKS
            else:
                self.give_up(site)
            return
        expected, _ = evaluate(site.original, names, site.role)
        for number, other in site.others:
            known = self.told[number]
            if known >= UNKNOWN or known >= INFECTED and looks >= self.full_looks or self.left_by.get(number) is frame:
                continue
            self.left -= 1
            if other is None or has_effects and not other.is_plain(*of_names):
                self.told[number] = UNKNOWN
                continue
            found, value = evaluate(other, names, site.role)
            told = told_of(expected, found)
            if told == INFECTED and found[1]:
                self.left_by[number] = frame
                told = self.judged(frame, value) if known < INFECTED else INFECTED
            self.told[number] = max(known, told)

    def judged(self, frame: types.FrameType, value: object) -> int:
        """Asks the assertion that waits for it what it says of the value with which a candidate leaves a function."""
        holds = self.oracle.holds(frame, value)
        return INFECTED if holds is None else HOLDS if holds else FAILS

    def give_up(self, site: Site) -> None:
        """Looks no more: what was not seen to differ may still differ later."""
        self.looks[site] = MOST_LOOKS
        for number, _ in site.others:
            if self.told[number] <= ABSENT:
                self.told[number] = UNKNOWN


def evaluate(expression: Expression, names: dict[str, Any], role: int) -> tuple[Evaluated, Any]:
    """Evaluates an expression; gives what came of it, in a form that can be compared, and the value itself."""
    try:
        value = eval(expression.code, names)
        leaves = role == LEAVING and type(value) is tuple
        if leaves:
            (value,) = value
        if role == TRUTH:
            value = bool(value)
        kind = type(value)
        if kind in ATOMS:
            return (False, leaves, kind.__name__, value), value
        shown = list(itertools.islice(value, MOST_ELEMENTS)) if kind is range or is_iterator(value) else value
        return (False, leaves, kind.__name__, zlib.crc32(repr(shown).encode("utf-8", "replace"))), value
    except Exception as error:
        return (True, False, type(error).__name__, 0), None


def told_of(expected: Evaluated, found: Evaluated) -> int:
    if found == expected:
        return ABSENT
    return RAISED if found[0] and not expected[0] else INFECTED
