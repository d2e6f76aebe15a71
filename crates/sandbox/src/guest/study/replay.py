"""Replays calls on the old text of a module and on the new one, and tells where both differ.

The old text is run twice: what differs from itself says nothing and is left out. How much the calls would notice is
measured with mutants of the old text. What no call reaches is seen at the border while tests run (`border.py`).
"""

from __future__ import annotations

import os
import time

import _saraphina_controls_values as values
import _saraphina_probe_box as box
import _saraphina_study_border as border
import _saraphina_study_calls as calls_of
import _saraphina_study_inputs as inputs
import _saraphina_study_world as world

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from _saraphina_server_channel import Channel
    from _saraphina_types import Job, Made, Seen

TAPE = 16 * 1024 * 1024
MOST_CALLS = 240
MOST_TOLD = 20
MOST_TEXT = 400
# Shares of the time: for the suite whose calls are recorded, and for mutants.
RECORDING = 0.3
# Share of the time for each run of the tests that are watched, and most of them for one mutant.
WATCHING = 0.2
MOST_WATCHED = 25
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
        self.watched: dict[str, Any] = {}
        self.watch_seconds = 0.0

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
        self.watched = self.steady()
        fleeting = self.compare(calls, first, stable)
        self.mutants(calls, first, again, [index for index in stable if index not in fleeting])

    def until(self, share: float) -> float:
        now = time.monotonic()
        return now + share * max(self.ends_at - now, 0.1)

    def fork(self, work: Callable[[box.Tape], None], ends_at: float) -> list[Any]:
        tape = box.Tape(TAPE)
        child = box.fork(lambda: work(tape), self.job["memory_bytes"])
        box.follow(child, lambda: time.monotonic() > ends_at)
        box.sweep()
        self.was_cut = time.monotonic() > ends_at
        return list(tape.read(("call", "seen", "line", "mutant", "watched")))

    def take(self, work: Callable[[box.Tape], None], ends_at: float) -> list[Made]:
        return [frame["call"] for frame in self.fork(work, ends_at) if isinstance(frame.get("call"), dict)]

    def record(self, tape: box.Tape) -> None:
        if not self.chosen():
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

    def watch(self, text: bytes, is_traced: bool) -> dict[str, Any]:
        """What each test sees of a text at the module's border."""
        if not self.chosen():
            return {}

        def work(tape: box.Tape) -> None:
            border.watch(self.job, self.path, text, tape, is_traced)

        frames = self.fork(work, self.until(WATCHING))
        return {frame["test"]: frame for frame in frames if border.is_watched(frame)}

    def steady(self) -> dict[str, Any]:
        """The tests that see the same of the old text twice, with the lines that each runs."""
        began = time.monotonic()
        first = self.watch(self.old, is_traced=False)
        self.watch_seconds = time.monotonic() - began
        again = self.watch(self.old, is_traced=True)
        return {test: seen for test, seen in again.items() if test in first and first[test]["events"] == seen["events"]}

    def chosen(self) -> list[str]:
        part = self.job.get("part")
        return part["chosen"] if part else []

    def seen(self, text: bytes, calls: list[Made], trace: str | None) -> dict[int, Seen]:
        """What each call comes to with this text."""

        def work(tape: box.Tape) -> None:
            with_text = calls_of.Calls(self.job, self.path, text, trace)
            if trace:
                tape.say(t="line", index=-1, lines=sorted(with_text.lines.seen))
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

    def compare(self, calls: list[Made], first: dict[int, Seen], stable: list[int]) -> set[int]:
        """Tells how both texts answer; gives the calls that the old one answers otherwise by now."""
        seen = self.seen(self.new, calls, "lines")
        was_cut, lines = self.was_cut, set(self.imported)
        told = different = printed = 0
        fleeting = self.fleeting(calls, first, [index for index in stable if differs(first[index], seen.get(index))])
        for index in stable:
            now = seen.get(index)
            if index in fleeting:
                continue
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
        watched, otherwise = self.compare_watched(lines)
        self.channel.say(
            t="compared",
            different=different,
            printed=printed,
            watched=watched,
            otherwise=otherwise,
            lines=sorted(lines)[:20_000],
        )
        return fleeting

    def fleeting(self, calls: list[Made], first: dict[int, Seen], asked: list[int]) -> set[int]:
        """Calls that the old text answers otherwise by now: the clock went on."""
        if not asked:
            return set()
        imported = self.imported
        now = self.seen(self.old, [calls[index] for index in asked], None)
        self.imported = imported
        return {index for place, index in enumerate(asked) if differs(first[index], now.get(place))}

    def compare_watched(self, lines: set[int]) -> tuple[int, int]:
        """How many tests could be watched on both texts, and how many of them see something else."""
        now = self.watch(self.new, is_traced=True) if self.watched else {}
        was_cut = self.was_cut
        if any(border.difference(test, self.watched[test], now[test]) for test in self.watched if test in now):
            # What differs by chance now and then was alike twice by chance too.
            again = self.watch(self.new, is_traced=False)
            alike = {test for test, seen in again.items() if seen["events"] == self.watched.get(test, {}).get("events")}
            now.update({test: self.watched[test] for test in alike if test in now})
        lines.update(line for seen in now.values() for line in seen["lines"] if isinstance(line, int))
        both = [test for test in self.watched if test in now]
        differences = [border.difference(test, self.watched[test], now[test]) for test in both]
        found = [one for one in differences if one is not None]
        for one in found[:MOST_TOLD]:
            self.channel.say(t="difference", what="value", **{key: text[:MOST_TEXT] for key, text in one.items()})
        if self.watched and not now and not was_cut:
            told = {"call": "in all of them", "old": "a suite that runs", "new": "one that does not"}
            self.channel.say(t="difference", what="tests", **told)
            return len(self.watched), len(self.watched)
        return len(both), len(found)

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
                by = self.watcher(text, mutant["line"])
            if by is None:
                unnoticed.append(place)
            else:
                killed += 1
                killers.setdefault(by, 0)
                killers[by] += 1
        self.channel.say(t="mutants", tried=tried, killed=killed, unnoticed=unnoticed[:200])
        for index, count in sorted(killers.items(), key=lambda item: -item[1]):
            if index < 0:
                # No call noticed it: it cannot be imported, or a watched test saw it.
                continue
            told, call = first[index], inputs.words_of(calls[index])
            if call and told["kind"] in ("value", "raised") and told.get("literal") and not told.get("files"):
                self.channel.say(t="answer", call=call[:MOST_TEXT], answer=told["literal"], kills=count)

    def killer(self, text: bytes, calls: list[Made], first: dict[int, Seen], wanted: list[int]) -> int | None:
        """The call that notices a mutant, -1 where it cannot even be imported, nothing where none does."""

        def work(tape: box.Tape) -> None:
            try:
                with_text = calls_of.Calls(self.job, self.path, text, None)
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
        if not frames and time.monotonic() > self.ends_at:
            # It was stopped for want of time, which says nothing of it.
            return None
        by = frames[0]["by"] if frames else -1
        return by if by is None or by in first or by == -1 else -1

    def watcher(self, text: bytes, line: int) -> int | None:
        """-1 where a test that runs the line sees something else than before, nothing where none does."""
        reached = [test for test, seen in self.watched.items() if line in seen["lines"]]
        wanted = reached or (list(self.watched) if line in self.imported else [])
        if not wanted:
            return None
        names = list(dict.fromkeys(test.partition("[")[0] for test in wanted))[:MOST_WATCHED]
        known = {test: self.watched[test]["events"] for test in self.watched if test.partition("[")[0] in names}
        job = border.of_tests(self.job, names)
        limit = time.monotonic() + 3 + 4 * self.watch_seconds
        frames = self.fork(lambda tape: border.first_other(job, self.path, text, known, tape), min(limit, self.ends_at))
        told = [frame["by"] for frame in frames if frame["t"] == "mutant"]
        if told:
            return -1 if told[0] is not None else None
        # It came to no end: a text that does not stop is noticed, one that was stopped for want of time is not.
        return None if time.monotonic() > self.ends_at else -1


def same(one: Seen, other: Seen) -> str | None:
    """The first part in which two outcomes differ; nothing where they are alike to a caller."""
    for part in PARTS:
        if one.get(part, "") != other.get(part, ""):
            return part
    return None


def differs(one: Seen, other: Seen | None) -> bool:
    """Tells whether there are two outcomes, and they differ."""
    return other is not None and same(one, other) is not None


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
