"""Replays calls on the old text of a module and on the new one, and tells where both differ.

The old text is run twice: what differs from itself says nothing and is left out. How much the calls would notice is
measured with mutants of the old text. Each call has a process and a folder of its own.
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
import _saraphina_study_shown as shown
import _saraphina_study_world as world

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from typing import Any

    from _saraphina_server_channel import Channel
    from _saraphina_types import Job, Made, Seen

TAPE = 16 * 1024 * 1024
MOST_CALLS = 240
MOST_TOLD = 20
MOST_TEXT = 400
# Seconds of work of one call, and on the wall: a busy machine makes nothing late.
CALL_SECONDS = 0.7
WALL_SECONDS = 5.0
READ_BYTES = 64 * 1024
# Shares of the time: for the suite whose calls are recorded, and for mutants.
RECORDING = 0.3
PARTS = ("kind", "value", "state", "files")


class Replay:
    def __init__(self, job: Job, channel: Channel, ends_at: float) -> None:
        self.job, self.channel, self.ends_at = job, channel, ends_at
        self.question = job["question"]
        self.path = self.question["path"]
        with open(os.path.join(job["src"], self.path), "rb") as file:
            self.old = file.read()
        self.new = self.question["text"].encode()
        self.was_cut = False

    def answer(self) -> None:
        recorded = self.take(self.record, self.until(RECORDING))
        generated = self.take(self.generate, self.until(0.3))
        calls = [call for call in [*recorded, *generated] if is_call(call)]
        calls = spread(calls, MOST_CALLS)
        first = self.seen(self.old, calls, None)
        again = self.seen(self.old, calls, "lines")
        stable = [
            index
            for index in range(len(calls))
            if first.get(index) and again.get(index) and same(first[index], again[index]) is None
            if first[index]["kind"] != "late"
        ]
        self.channel.say(
            t="calls",
            recorded=len(recorded),
            generated=len(calls) - min(len(recorded), len(calls)),
            stable=len(stable),
            unstable=len(calls) - len(stable),
        )
        self.compare(calls, first, stable)
        self.mutants(calls, first, again, stable)

    def until(self, share: float) -> float:
        now = time.monotonic()
        return now + share * max(self.ends_at - now, 0.1)

    def fork(self, work: Callable[[box.Tape], None], ends_at: float) -> list[Any]:
        tape = box.Tape(TAPE)
        child = box.fork(lambda: work(tape), self.job["memory_bytes"])
        box.follow(child, lambda: time.monotonic() > ends_at)
        box.sweep()
        self.was_cut = time.monotonic() > ends_at
        return list(tape.read(("call", "seen", "line", "mutant")))

    def take(self, work: Callable[[box.Tape], None], ends_at: float) -> list[Made]:
        return [frame["call"] for frame in self.fork(work, ends_at) if isinstance(frame.get("call"), dict)]

    def record(self, tape: box.Tape) -> None:
        part = self.job.get("part")
        if not (part and part["chosen"]):
            return
        world.enter(self.job)
        module = world.load(self.job, self.path, self.old)
        inputs.Recorder(module, lambda call: tape.say(t="call", call=call)).wrap()
        inputs.run_tests(self.job)

    def generate(self, tape: box.Tape) -> None:
        world.enter(self.job)
        module = world.load(self.job, self.path, self.old)
        for call in inputs.generated(module, self.old):
            tape.say(t="call", call=call)

    def seen(self, text: bytes, calls: list[Made], trace: str | None) -> dict[int, Seen]:
        """What each call comes to with this text."""

        def work(tape: box.Tape) -> None:
            with_text = Calls(self.job, self.path, text, trace)
            if trace:
                tape.say(t="line", index=-1, lines=sorted(with_text.lines))
            for index, call in enumerate(calls):
                tape.say(t="seen", index=index, seen=with_text.perform(call))

        found: dict[int, Seen] = {}
        self.imported: list[int] = []
        for frame in self.fork(work, self.until(0.35)):
            if frame["t"] == "seen" and isinstance(frame.get("seen"), dict):
                found[frame["index"]] = frame["seen"]
            elif frame["t"] == "line":
                self.imported = frame["lines"]
        return found

    def compare(self, calls: list[Made], first: dict[int, Seen], stable: list[int]) -> None:
        seen = self.seen(self.new, calls, "lines")
        was_cut, lines = self.was_cut, set(self.imported)
        told = different = printed = 0
        for index in stable:
            now = seen.get(index)
            if now is None and was_cut:
                # There was no time to ask: nothing is known of it.
                continue
            if now is None:
                now = {"kind": "missing", "value": "the new text could not be asked"}
            lines.update(now.get("lines") or ())
            what = same(first[index], now)
            if what is None:
                printed += first[index].get("out") != now.get("out")
                continue
            different += 1
            if told < MOST_TOLD:
                told += 1
                self.channel.say(
                    t="difference",
                    call=named(calls[index]),
                    what=what,
                    old=brief(first[index], what),
                    new=brief(now, what),
                )
        self.channel.say(t="compared", different=different, printed=printed, lines=sorted(lines)[:20_000])

    def mutants(self, calls: list[Made], first: dict[int, Seen], traced: dict[int, Seen], stable: list[int]) -> None:
        tried = killed = 0
        killers: dict[int, int] = {}
        unnoticed = []
        for place, mutant in enumerate(self.question["mutants"]):
            if time.monotonic() > self.ends_at:
                break
            text = self.old[: mutant["start"]] + mutant["text"].encode() + self.old[mutant["end"] :]
            try:
                compile(text, self.path, "exec", dont_inherit=True)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
            reached = [index for index in stable if mutant["line"] in (traced[index].get("lines") or ())]
            wanted = reached or [index for index in stable if mutant["line"] in self.imported][:20]
            tried += 1
            by = self.killer(text, calls, first, wanted)
            if by is None:
                unnoticed.append(place)
            else:
                killed += 1
                killers.setdefault(by, 0)
                killers[by] += 1
        self.channel.say(t="mutants", tried=tried, killed=killed, unnoticed=unnoticed[:200])
        for index, count in sorted(killers.items(), key=lambda item: -item[1]):
            told = first[index]
            call = inputs.words_of(calls[index]) if index >= 0 else None
            if call and told["kind"] in ("value", "raised") and told.get("literal") and not told.get("files"):
                self.channel.say(t="answer", call=call[:MOST_TEXT], answer=told["literal"], kills=count)

    def killer(self, text: bytes, calls: list[Made], first: dict[int, Seen], wanted: list[int]) -> int | None:
        """The call that notices a mutant, -1 where it cannot even be imported, nothing where none does."""

        def work(tape: box.Tape) -> None:
            try:
                with_text = Calls(self.job, self.path, text, None)
            except BaseException:
                tape.say(t="mutant", by=-1)
                return
            for index in wanted:
                if same(first[index], with_text.perform(calls[index])) is not None:
                    tape.say(t="mutant", by=index)
                    return
            tape.say(t="mutant", by=None)

        limit = min(self.ends_at, time.monotonic() + 5)
        frames = [frame for frame in self.fork(work, limit) if frame["t"] == "mutant"]
        by = frames[0]["by"] if frames else -1
        return by if by is None or by in first or by == -1 else -1


class Calls:
    """The module with one text, in a process that forks for every call."""

    def __init__(self, job: Job, path: str, text: bytes, trace: str | None) -> None:
        self.full = os.path.join(job["src"], path)
        self.lines: set[int] = set()
        self.is_traced = trace is not None
        self.work = job["work"]
        world.enter(job)
        if self.is_traced:
            sys.settrace(self.trace)
        try:
            self.module: types.ModuleType | None = world.load(job, path, text)
        except BaseException as error:
            if trace is None and not isinstance(error, Exception):
                raise
            self.module, self.error = None, f"import: {type(error).__name__}"
        sys.settrace(None)

    def trace(self, frame: types.FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != self.full:
            return None
        self.lines.add(frame.f_lineno)
        return self.trace

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
        self.lines.clear()
        if self.is_traced:
            sys.settrace(self.trace)
        seen: Seen = {"kind": "value", "value": ""}
        own = None
        try:
            own, value = self.call(call)
            value = finished(value)
            seen = {"kind": "value", "value": shown.shown(value), "literal": shown.literal(value)}
        except BaseException as error:
            kind = type(error).__name__[:100]
            seen = {"kind": "raised", "value": kind, "literal": f"raises {kind}"}
        sys.settrace(None)
        seen["state"] = shown.shown(own) if own is not None else ""
        seen["files"] = changed(folder)
        seen["out"] = shown.FLEETING.sub("~", out.getvalue()[:2_000])
        if self.is_traced:
            seen["lines"] = sorted(self.lines)[:5_000]
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


def finished(value: Any) -> Any:
    """What awaits or yields is carried out, as far as it goes."""
    import inspect
    import itertools

    if inspect.iscoroutine(value):
        import asyncio

        return asyncio.run(value)
    if inspect.isgenerator(value) or type(value).__name__ in ("map", "filter", "zip", "reversed", "enumerate"):
        return list(itertools.islice(value, 50))
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


def same(one: Seen, other: Seen) -> str | None:
    """The first part in which two outcomes differ; nothing where they are alike to a caller."""
    for part in PARTS:
        if one.get(part, "") != other.get(part, ""):
            return part
    return None


def brief(seen: Seen, what: str) -> str:
    if what in ("kind", "value"):
        text = f"raises {seen['value']}" if seen["kind"] == "raised" else seen["value"] or seen["kind"]
    else:
        text = str(seen.get(what, ""))
    return text[:MOST_TEXT]


def named(call: Made) -> str:
    """A call as people read it."""

    def arguments(given: Any) -> str:
        places, names = given
        words = [repr(values.decode(item)) for item in places]
        return ", ".join([*words, *(f"{key}={values.decode(item)!r}" for key, item in names.items())])

    inner = f"{call['name']}({arguments((call['args'], call['named']))})" if call["name"] else ""
    if not call["owner"]:
        return inner[:MOST_TEXT]
    made = f"{call['owner']}({arguments(call['made'])})"
    return (f"{made}.{inner}" if inner else made)[:MOST_TEXT]


def is_call(call: Any) -> bool:
    if not isinstance(call, dict):
        return False
    names = isinstance(call.get("owner"), str) and isinstance(call.get("name"), str)
    lists = isinstance(call.get("args"), list) and isinstance(call.get("named"), dict)
    made = call.get("made")
    is_made = isinstance(made, list) and len(made) == 2 and isinstance(made[0], list) and isinstance(made[1], dict)
    if not (names and lists and is_made):
        return False
    made_call: Any = call
    try:
        named(made_call)
    except Exception:  # what a process says is anything
        return False
    return True


def spread(calls: list[Made], most: int) -> list[Made]:
    """At most so many, in turns of the functions that they call, so that each is called."""
    by_name: dict[tuple[str, str], list[Made]] = {}
    for call in calls:
        by_name.setdefault((call["owner"], call["name"]), []).append(call)
    found: list[Made] = []
    turn = 0
    while len(found) < most and any(turn < len(group) for group in by_name.values()):
        found += [group[turn] for group in by_name.values() if turn < len(group)]
        turn += 1
    return found[:most]
