"""Which candidates behave alike on inputs that no test has, and which of them surprise.

The calls that the suite makes to functions of the source, as the first candidate has it, are noted; their arguments,
varied, are the inputs. Each candidate runs in a process of its own. Where all of them answer the suite's own calls
alike, these answers are what other answers are held against.
"""

from __future__ import annotations

import functools
import hashlib
import json
import signal
import time
import types

import _saraphina_controls_values as values
import _saraphina_probe_box as box
import _saraphina_probe_cases as cases
import _saraphina_probe_fuel as fuel
import _saraphina_probe_properties as properties
import _saraphina_probe_vary as vary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from _saraphina_probe_files import Files
    from _saraphina_server_channel import Channel
    from _saraphina_types import Answer, Coded, Codes, Frame, Input, Patch, Question

TAPE = 8 * 1024 * 1024
MOST_NOTED = 400
MOST_INPUTS, MOST_FAR_INPUTS = 120, 160
MOST_OWN = 40
MOST_TEXT = 1_500
# Fuel of a call: so many times what the longest of the suite's own took, within bounds; seconds of processor.
FUEL_TIMES = 20
LEAST_FUEL, MOST_FUEL = 10_000, 100_000
SECONDS = 0.5
WALL = 3.0
RECORDING_FUEL = 500_000
RECORDING_SECONDS = 3.0
SHOWN = 300


def answer(files: Files, question: Question, channel: Channel, ends_at: float) -> None:
    memory = files.job["memory_bytes"]
    first = question["candidates"][0] if question["candidates"] else []
    noted = box.Tape(TAPE)
    recording = box.fork(lambda: Recording(files, noted, first).run(), memory)
    follow(recording, min(ends_at, time.monotonic() + RECORDING_SECONDS))
    frames = list(noted.read(("call", "took")))
    calls: list[Any] = [frame for frame in frames if frame["t"] == "call" and is_call(frame)]
    amount = fuel_of(frames)
    goes_far = question["far_and_own"]
    inputs = vary.inputs(calls, MOST_FAR_INPUTS if goes_far else MOST_INPUTS, goes_far)
    own = [vary.own(call) for call in calls[:MOST_OWN]] if inputs and goes_far else []
    answers = []
    if inputs:
        for patch in question["candidates"]:
            if time.monotonic() > ends_at:
                break
            answers.append(behaviour(files, patch, own + inputs, (memory, amount, ends_at)))
    count, found = surprises(own, inputs, answers)
    behaviours = [given[len(own) :] for given in answers]
    if question["answered"] and behaviours:
        kept = [place for place, (coded, _) in enumerate(behaviours[0]) if coded[0] in ("gave", "large")]
        inputs = [inputs[place] for place in kept]
        behaviours = [[given[place] for place in kept] for given in behaviours]
    groups: dict[str, list[int]] = {}
    for place, given in enumerate(behaviours):
        groups.setdefault(json.dumps([coded for coded, _ in given]), []).append(place)
    told = list(groups.values())
    channel.say(t="compared", behaviours=told, inputs=len(inputs), properties=count, surprises=found)
    tell_separating(channel, inputs, [behaviours[group[0]] for group in told])


def surprises(own: list[Input], inputs: list[Input], answers: list[list[Answer]]) -> tuple[int, list[list[str]]]:
    """Counts properties that the answers to the suite's own calls share; names those that each candidate lacks."""
    if not answers:
        return 0, []
    agreed = [place for place in range(len(own)) if len({json.dumps(given[place][0]) for given in answers}) == 1]
    known = [properties.observed(own[place], answers[0][place][0]) for place in agreed]
    claims = properties.mine([one for one in known if one is not None])
    is_raised_nowhere = all(answers[0][place][0][0] != "raised" for place in agreed)
    found = []
    for given in answers:
        names = set()
        for place, item in enumerate(inputs, len(own)):
            one = properties.observed(item, given[place][0])
            if one is not None:
                names.update(properties.broken(claims, one))
            elif is_raised_nowhere and given[place][0][0] in ("raised", "late", "died"):
                if any(other[place][0][0] == "gave" for other in answers):
                    names.add("answers what others answer")
        found.append(sorted(names))
    return sum(map(len, claims.values())), found


def fuel_of(frames: list[Frame]) -> int:
    """Gives what a call may burn, by what those of the suite did; all there is where that is not told."""
    told = [frame.get("ticks") for frame in frames if frame["t"] == "took"]
    most = next((ticks for ticks in told if type(ticks) is int), MOST_FUEL)
    return max(LEAST_FUEL, min(FUEL_TIMES * most, MOST_FUEL))


def is_call(frame: Frame) -> bool:
    texts = all(isinstance(frame.get(name), str) for name in ("module", "function"))
    return texts and isinstance(frame.get("args"), list) and isinstance(frame.get("named"), dict)


def follow(child: int, ends_at: float) -> int:
    status = box.follow(child, lambda: time.monotonic() > ends_at)
    box.sweep()
    return status


def tell_separating(channel: Channel, inputs: list[Input], behaviours: list[list[Answer]]) -> None:
    """The smallest input on which most behaviours differ, the first two among them."""
    best = None
    for place, item in enumerate(inputs):
        answers = [found[place] for found in behaviours]
        if len(answers) < 2 or answers[0][0] == answers[1][0]:
            continue
        size = -len({json.dumps(coded) for coded, _ in answers}), len(item["text"]), place
        if best is None or size < best[0]:
            best = size, item["text"], [shown for _, shown in answers]
    if best is not None:
        channel.say(t="separating", call=best[1], answers=best[2])


def behaviour(files: Files, patch: Patch, inputs: list[Input], terms: tuple[int, int, float]) -> list[Answer]:
    """Asks a candidate for its answer to each input; inputs that end its process are gone on behind."""
    memory, amount, ends_at = terms
    found: list[Answer] = [(["late"], "does not end")] * len(inputs)
    tape, next_input = box.Tape(TAPE), 0
    for _ in range(4):
        stop = min(ends_at, time.monotonic() + WALL)
        running = Running(files, tape, (patch, amount))
        status = follow(box.fork(functools.partial(running.run, inputs, next_input), memory), stop)
        for frame in tape.read(("answer",)):
            place, shown = frame.get("place"), frame.get("shown")
            coded: Any = frame.get("coded")
            if type(place) is int and 0 <= place < len(inputs) and isinstance(shown, str):
                found[place] = coded, shown[:SHOWN]
                next_input = max(next_input, place + 1)
        was_late = box.was_killed_by(status, signal.SIGPROF) or box.was_killed_by(status, signal.SIGKILL)
        if next_input < len(inputs):
            found[next_input] = (["late"], "does not end") if was_late else (["died"], "ends its process")
        next_input += 1
        if next_input >= len(inputs):
            break
    return found


class Recording:
    """Runs the suite and notes the calls of its functions that could be made again."""

    def __init__(self, files: Files, tape: box.Tape, patch: Patch) -> None:
        self.files, self.tape, self.patch = files, tape, patch
        self.seen: set[str] = set()
        self.tank = fuel.Tank()
        self.depth = self.ticks = 0

    def run(self) -> None:
        self.tank.fill(RECORDING_FUEL)
        box.limit_time(RECORDING_SECONDS)
        world = box.World(self.files)
        world.finder.after = self.wrap
        for case, scene in world.load(self.codes(), self.files.tests):
            if case.unfit is None:
                self.tank.fill(RECORDING_FUEL)
                try:
                    cases.run(case, scene)
                except BaseException:
                    pass
        self.tape.say(t="took", ticks=self.ticks)

    def codes(self) -> Codes:
        try:
            return self.files.with_edits(self.patch)
        except fuel.BAD_TEXT:
            return self.files.codes

    def wrap(self, module: types.ModuleType, path: str) -> None:
        if path not in self.files.code:
            return
        for name, value in list(vars(module).items()):
            if type(value) is types.FunctionType and value.__module__ == module.__name__ and value.__name__ == name:
                setattr(module, name, self.noting(module.__name__, value))

    def noting(self, module: str, function: types.FunctionType) -> Callable[..., Any]:
        @functools.wraps(function)
        def noted(*args: Any, **kwargs: Any) -> Any:
            if self.depth == 0 and len(self.seen) < MOST_NOTED:
                self.note(module, function.__name__, args, kwargs)
            self.depth += 1
            before = self.tank.used()
            try:
                return function(*args, **kwargs)
            finally:
                self.depth -= 1
                self.ticks = max(self.ticks, self.tank.used() - before)

        return noted

    def note(self, module: str, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        given = [values.encode(item) for item in args]
        named = {key: values.encode(item) for key, item in kwargs.items()}
        body = json.dumps([module, name, given, named])
        if len(body) > 4 * MOST_TEXT or body in self.seen or '"other"' in body:
            return
        self.seen.add(body)
        self.tape.say(t="call", module=module, function=name, args=given, named=named)


class Running:
    """Calls one candidate with every input."""

    def __init__(self, files: Files, tape: box.Tape, terms: tuple[Patch, int]) -> None:
        self.files, self.tape = files, tape
        self.patch, self.fuel = terms
        self.tank = fuel.Tank()

    def run(self, inputs: list[Input], start: int) -> None:
        self.tank.fill(self.fuel)
        box.limit_time(SECONDS)
        world = box.World(self.files)
        try:
            world.finder.codes = self.files.with_edits(self.patch)
        except fuel.BAD_TEXT as error:
            self.all(inputs, start, ["uncompiled"], type(error).__name__)
            return
        for place in range(start, len(inputs)):
            box.limit_time(SECONDS)
            coded, shown = self.one(inputs[place])
            self.tape.say(t="answer", place=place, coded=coded, shown=shown)

    def all(self, inputs: list[Input], start: int, coded: Coded, shown: str) -> None:
        for place in range(start, len(inputs)):
            self.tape.say(t="answer", place=place, coded=coded, shown=shown)

    def one(self, item: Input) -> Answer:
        self.tank.fill(self.fuel)
        given = [values.decode(coded) for coded in item["args"]]
        named = {name: values.decode(coded) for name, coded in item["named"].items()}
        try:
            module = __import__(item["module"], fromlist=["*"])
            result = getattr(module, item["function"])(*given, **named)
            if isinstance(result, types.GeneratorType) or type(result) in (map, filter, zip, range, reversed):
                result = list(result)
            shown = vary.text(result)
            changed = [values.encode(value) for value in (*given, *named.values())]
            coded = ["gave", ordered(values.encode(result)), list(map(ordered, changed))]
        except BaseException as error:
            if self.tank.is_empty():
                return ["late"], "does not end"
            name = type(error).__name__[:100]
            return ["raised", name], f"raises {name}"
        body = json.dumps(coded)
        if len(body) > 20_000:
            coded = ["large", hashlib.sha256(body.encode()).hexdigest()]
        if self.tank.is_empty():
            return ["late"], "does not end"
        return coded, shown[:SHOWN]


def ordered(coded: Coded) -> Coded:
    """The same with what has no order in one order."""
    kind, *rest = coded
    if kind in ("list", "tuple"):
        return [kind, [ordered(item) for item in rest[0]]]
    if kind in ("set", "frozenset"):
        return [kind, sorted(map(ordered, rest[0]), key=json.dumps)]
    if kind == "dict":
        return [kind, sorted(([ordered(key), ordered(item)] for key, item in rest[0]), key=json.dumps)]
    return coded
