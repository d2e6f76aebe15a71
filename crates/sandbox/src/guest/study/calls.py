"""Performs calls of a module with one text, each in a process and a folder of its own, and tells what they come to.

A value, an exception, the state of the object, files that were written, what was printed: all that a caller could see.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import tempfile
import time

import _saraphina_controls_values as values
import _saraphina_probe_box as box
import _saraphina_study_inputs as inputs
import _saraphina_study_lines as lines_of
import _saraphina_study_shown as shown
import _saraphina_study_world as world

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any

    from _saraphina_types import Job, Made, Seen

# Seconds of work of one call, and on the wall: a busy machine makes nothing late.
CALL_SECONDS = 0.7
WALL_SECONDS = 5.0
READ_BYTES = 64 * 1024
MOST_LINES = 5_000
# Most values that are taken from what yields them, and what does besides generators.
MOST_YIELDED = 50
LAZY = ("map", "filter", "zip", "reversed", "enumerate")


class Calls:
    """The module with one text, in a process that forks for every call."""

    def __init__(self, job: Job, path: str, text: bytes, trace: str | None) -> None:
        self.lines = lines_of.Lines(os.path.join(job["src"], path))
        self.is_traced = trace is not None
        self.work = job["work"]
        world.enter(job)
        if self.is_traced:
            sys.settrace(self.lines.trace)
        try:
            self.module: types.ModuleType | None = world.load(job, path, text)
        except BaseException as error:
            if trace is None and not isinstance(error, Exception):
                raise
            self.module, self.error = None, f"import: {type(error).__name__}"
        sys.settrace(None)

    def perform(self, call: Made) -> Seen:
        if self.module is None:
            return {"kind": "raised", "value": self.error}
        read, write = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read)
            # The kernel ends it; a handler would be the code's own affair.
            signal.signal(signal.SIGPROF, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_PROF, CALL_SECONDS)
            try:
                told = json.dumps(self.inside(call)).encode()
                os.write(write, told[:READ_BYTES])
            finally:
                os._exit(0)
        os.close(write)
        began = time.monotonic()
        told = receive(read)
        was_slow = time.monotonic() - began > WALL_SECONDS - 0.5
        os.close(read)
        try:
            os.kill(child, signal.SIGKILL)
        except OSError:  # it is gone already
            pass
        status = os.waitpid(child, 0)[1]
        try:
            seen = json.loads(told)
        except ValueError:
            return {"kind": "late" if (box.was_killed_by(status, signal.SIGPROF) or was_slow) else "died", "value": ""}
        return seen if isinstance(seen, dict) else {"kind": "died", "value": ""}

    def inside(self, call: Made) -> Seen:
        """The call itself, in a process of its own."""
        import io
        import random

        folder = tempfile.mkdtemp(dir=self.work)
        inputs.fill(folder)
        os.chdir(folder)
        random.seed(0)
        out = io.StringIO()
        sys.stdout = sys.stderr = out
        self.lines.taken(0)
        if self.is_traced:
            sys.settrace(self.lines.trace)
        seen: Seen = {"kind": "value", "value": ""}
        own = None
        way: str | None = ""
        try:
            own, value = self.call(call)
            way = way_to(value)
            value = finished(value)
            literal = shown.literal(value)
            is_told = literal is not None and way is not None and (not way or len(value) < MOST_YIELDED)
            seen = {"kind": "value", "value": shown.shown(value), "literal": f"{way}{literal}" if is_told else None}
        except BaseException as error:
            kind = type(error).__name__[:100]
            seen = {"kind": "raised", "value": kind, "literal": None if way is None else f"{way}raises {kind}"}
        sys.settrace(None)
        seen["state"] = shown.shown(own) if own is not None else ""
        seen["files"] = changed(folder)
        seen["out"] = shown.FLEETING.sub("~", out.getvalue()[:2_000])
        if self.is_traced:
            seen["lines"] = self.lines.taken(MOST_LINES)
        return seen

    def call(self, call: Made) -> tuple[Any, Any]:
        def decoded(arguments: Any) -> tuple[list[Any], dict[str, Any]]:
            places, named = arguments
            return [values.decode(item) for item in places], {key: values.decode(item) for key, item in named.items()}

        given, named = decoded((call["args"], call["named"]))
        if not call["owner"]:
            return None, getattr(self.module, call["name"])(*given, **named)
        places, names = decoded(call["made"])
        own = getattr(self.module, call["owner"])(*places, **names)
        if not call["name"]:
            return own, None
        return own, getattr(own, call["name"])(*given, **named)


def receive(handle: int) -> bytes:
    parts = bytearray()
    ends_at = time.monotonic() + WALL_SECONDS
    while len(parts) < READ_BYTES:
        left = ends_at - time.monotonic()
        if left <= 0 or not select.select([handle], [], [], left)[0]:
            break
        part = os.read(handle, READ_BYTES)
        if not part:
            break
        parts += part
    return bytes(parts)


def way_to(value: Any) -> str | None:
    """How a test gets at what a call comes to: at once, by going through it, or in a way that none is written for."""
    import inspect

    if inspect.isgenerator(value) or type(value).__name__ in LAZY:
        return "yields "
    return None if inspect.isawaitable(value) or inspect.isasyncgen(value) else ""


def finished(value: Any) -> Any:
    """What awaits or yields is carried out, as far as it goes."""
    import inspect
    import itertools

    if inspect.iscoroutine(value):
        import asyncio

        return asyncio.run(value)
    if inspect.isgenerator(value) or type(value).__name__ in LAZY:
        return list(itertools.islice(value, MOST_YIELDED))
    return value


def changed(folder: str) -> str:
    """The files that a call made or altered, with what they hold."""
    found = []
    for place, _, names in sorted(os.walk(folder)):
        for name in sorted(names)[:50]:
            full = os.path.join(place, name)
            try:
                with open(full, "rb") as file:
                    text = file.read(2_000)
            except OSError:
                continue
            if inputs.CORPUS.get(name, "").encode() != text or name not in inputs.CORPUS:
                found.append(f"{os.path.relpath(full, folder)}: {text!r}")
    missing = [name for name in inputs.CORPUS if not os.path.exists(os.path.join(folder, name))]
    return "\n".join([*found, *(f"{name}: gone" for name in missing)])[: shown.MOST_CHARACTERS]
