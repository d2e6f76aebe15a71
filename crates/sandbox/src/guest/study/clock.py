"""Runs tests again and again for the time that they take, and for where it goes.

A test is repeated in its own process as long as it passes: one call is shorter than what a clock can tell. Samples are
taken by the processor's time, so that waiting for other programs counts for nothing.
"""

from __future__ import annotations

import signal
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
# Seconds and calls after which a test was repeated enough: for its time, and for samples of it.
TIMED = 0.05, 200
SAMPLED = 1.0, 20_000
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
    for frame in tape.read(("time", "stacks", "ended")):
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
        ends_at = time.monotonic() + seconds
        while len(times) < most and (not times or time.monotonic() < ends_at):
            began = time.thread_time()
            try:
                call()
            except BaseException:
                # The first call decides whether the test passes; a later one may find its own leavings.
                if not times:
                    raise
                break
            times.append(time.thread_time() - began)
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
        self.is_on = False
        signal.signal(signal.SIGPROF, self.look)

    def repeat(self, name: str, call: Callable[[], object]) -> None:
        signal.setitimer(signal.ITIMER_PROF, PERIOD, PERIOD)
        try:
            super().repeat(name, call)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)

    def look(self, _: int, frame: types.FrameType | None) -> None:
        found: list[tuple[str, str, int]] = []
        while frame is not None and len(found) < MOST_DEPTH:
            code = frame.f_code
            if code.co_filename.startswith(self.source):
                name = getattr(code, "co_qualname", code.co_name)
                found.append((code.co_filename[len(self.source) :], name, frame.f_lineno))
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
