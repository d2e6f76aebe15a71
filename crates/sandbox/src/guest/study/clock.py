"""Runs tests again and again for the time that they take, and for where it goes.

A test is repeated in its own process as long as it passes: one call is shorter than what a clock can tell. Samples are
taken by the processor's time, so that waiting for other programs counts for nothing. They tell functions; an
interpreter takes signals at the ends of loops only, so what each line takes is measured by tracing, in other calls.
"""

from __future__ import annotations

import signal
import sys
import time

import _saraphina_probe_box as box
import _saraphina_study_world as world
import _saraphina_suite_settings as settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from typing import Any

    from _saraphina_server_channel import Channel
    from _saraphina_types import Job

TAPE = 8 * 1024 * 1024
# Seconds of work and calls after which a test was repeated enough: for its time, and for samples of it.
# On a busy machine they take longer, and no more than so many times as long.
TIMED = 0.05, 200
SAMPLED = 1.0, 20_000
# Seconds and calls for the measurement of lines.
TRACED = 1.5, 200
MOST_LINES = 500
PATIENCE = 6
PERIOD = 0.001
MOST_STACKS = 3_000
MOST_DEPTH = 40
PER_FRAME = 10


def answer(job: Job, channel: Channel, ends_at: float) -> None:
    tape = box.Tape(TAPE)
    is_profile = job["question"]["kind"] == "profile"

    def work() -> None:
        world.enter(job)
        plugin = Profile(job, tape, ends_at) if is_profile else Clock(tape, TIMED)
        import pytest

        status = pytest.main(settings.arguments(job), plugins=[settings.Accepted(job), plugin])
        plugin.end()
        tape.say(t="ended", status=int(status))

    child = box.fork(work, job["memory_bytes"])
    box.follow(child, lambda: time.monotonic() > ends_at)
    box.sweep()
    for frame in tape.read(("time", "stacks", "lines", "ended")):
        channel.say(**frame)


class Clock:
    """A plug-in of pytest that repeats each test and tells what one call of it takes."""

    def __init__(self, tape: box.Tape, enough: tuple[float, int]) -> None:
        self.tape, self.enough = tape, enough

    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
        function = pyfuncitem.obj
        if getattr(function, "__code__", None) is None or function.__code__.co_flags & 0x80:
            return None
        names = pyfuncitem._fixtureinfo.argnames
        given = {name: pyfuncitem.funcargs[name] for name in names}
        self.repeat(pyfuncitem.nodeid, lambda: function(**given))
        return True

    def repeat(self, name: str, call: Callable[[], object]) -> None:
        seconds, most = self.enough
        times: list[float] = []
        worked = 0.0
        ends_at = time.monotonic() + PATIENCE * seconds
        while len(times) < most and (not times or (worked < seconds and time.monotonic() < ends_at)):
            began = time.thread_time()
            try:
                call()
            except BaseException:
                # The first call decides whether the test passes; a later one may find its own leavings.
                if not times:
                    raise
                break
            times.append(time.thread_time() - began)
            worked += times[-1]
        times.sort()
        self.tape.say(t="time", name=name[:300], calls=len(times), seconds=times[len(times) // 2])

    def end(self) -> None:
        """Nothing is left to say."""


class Profile(Clock):
    """The same, with a look at the stack for every so many moments of work."""

    def __init__(self, job: Job, tape: box.Tape, ends_at: float) -> None:
        super().__init__(tape, SAMPLED)
        self.source = job["src"] + "/"
        self.stacks: dict[tuple[tuple[str, str, int], ...], int] = {}
        self.lines = Lines(self.source)
        signal.signal(signal.SIGPROF, self.look)

    def repeat(self, name: str, call: Callable[[], object]) -> None:
        signal.setitimer(signal.ITIMER_PROF, PERIOD, PERIOD)
        try:
            super().repeat(name, call)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
        self.lines.measure(call)

    def look(self, _: int, frame: types.FrameType | None) -> None:
        found: list[tuple[str, str, int]] = []
        while frame is not None and len(found) < MOST_DEPTH:
            code = frame.f_code
            if code.co_filename.startswith(self.source):
                name = getattr(code, "co_qualname", code.co_name)
                found.append((code.co_filename[len(self.source) :], name, line_of(frame)))
            frame = frame.f_back
        stack = tuple(reversed(found))
        if stack and (stack in self.stacks or len(self.stacks) < MOST_STACKS):
            self.stacks[stack] = self.stacks.get(stack, 0) + 1

    def end(self) -> None:
        rows = sorted(self.stacks.items(), key=lambda item: -item[1])
        for start in range(0, len(rows), PER_FRAME):
            piece = [
                [[[path[:200], name[:200], line] for path, name, line in stack], count]
                for stack, count in rows[start : start + PER_FRAME]
            ]
            self.tape.say(t="stacks", stacks=piece)
        self.lines.tell(self.tape)


class Lines:
    """Measures what each line takes itself, what it calls outside of the box's files included."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.seconds: dict[tuple[str, str, int], float] = {}
        self.place: tuple[str, str, int] | None = None
        self.since = 0.0

    def measure(self, call: Callable[[], object]) -> None:
        seconds, most = TRACED
        ends_at = time.monotonic() + seconds
        turn = 0
        while turn < most and (not turn or time.monotonic() < ends_at):
            turn += 1
            self.place = None
            sys.settrace(self.trace)
            try:
                call()
            except BaseException:
                return
            finally:
                sys.settrace(None)

    def trace(self, frame: types.FrameType, event: str, _: object) -> Any:
        if self.place is not None:
            spent = time.thread_time() - self.since
            self.seconds[self.place] = self.seconds.get(self.place, 0.0) + spent
        if not frame.f_code.co_filename.startswith(self.source):
            self.since = time.thread_time()
            return None
        at = frame.f_back if event == "return" else frame
        while at is not None and not at.f_code.co_filename.startswith(self.source):
            at = at.f_back
        self.place = None if at is None else self.key(at)
        self.since = time.thread_time()
        return self.trace

    def key(self, frame: types.FrameType) -> tuple[str, str, int]:
        code = frame.f_code
        name = getattr(code, "co_qualname", code.co_name)
        return code.co_filename[len(self.source) :][:200], name[:200], line_of(frame)

    def tell(self, tape: box.Tape) -> None:
        rows = sorted(self.seconds.items(), key=lambda item: -item[1])[:MOST_LINES]
        for start in range(0, len(rows), 100):
            piece = [[path, name, line, seconds] for (path, name, line), seconds in rows[start : start + 100]]
            tape.say(t="lines", lines=piece)


def line_of(frame: types.FrameType) -> int:
    """The line of a frame; between two lines, where it has none, that of the last one."""
    if frame.f_lineno:
        return frame.f_lineno
    lines = [line for start, _, line in frame.f_code.co_lines() if line and start <= frame.f_lasti]
    return lines[-1] if lines else frame.f_code.co_firstlineno
