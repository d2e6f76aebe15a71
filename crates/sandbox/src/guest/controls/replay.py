"""Calls functions of the subject with given literals and tells what came back.

It is a worker of its own, in a box without the tests: the code that answers sees no expectation to aim at. The engine
compares the answers with the witnesses of `witness.py`.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

import _saraphina_controls_values as values
import _saraphina_server_collecting as collecting
import _saraphina_suite_imports as imports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _saraphina_server_channel import Channel
    from _saraphina_types import Call, Coded, Job


def prepare() -> None:
    """There is nothing to do before there is a job but the imports above."""


# What programs import most; a box that does it anew takes longer for it than for the calls.
COMMON = """
    abc bisect collections copy dataclasses datetime decimal enum fractions functools heapq itertools math operator
    random re statistics string textwrap time typing
""".split()


def rehearse(state: None) -> Iterator[None]:
    """Imports what many subjects will."""
    for name in COMMON:
        importlib.import_module(name)
        yield state


def stand_by(prepared: None, _: tuple[int, ...]) -> None:
    """Nothing more can be done before there is a job."""
    return prepared


def work(job: Job, channel: Channel, wait: Callable[[], None]) -> None:
    collecting.as_ever()
    os.chdir(job["work"])
    imports.shadow_standard_modules(job)
    imports.take_path(job)
    sys.argv = [""]
    for index, call in enumerate(job["calls"]):
        body = json.dumps({"t": "answer", "index": index, "value": bounded(answer(call))})
        channel.pass_on(b"C", body.encode())


def answer(call: Call) -> Coded:
    try:
        function = getattr(importlib.import_module(call["module"]), call["function"])
    except BaseException as error:
        return ["absent", type(error).__name__[:200]]
    given = [values.decode(item) for item in call["args"]]
    named = {name: values.decode(item) for name, item in call["named"].items()}
    try:
        return values.encode(function(*given, **named))
    except Exception as error:
        return ["raised", [kind.__name__[:100] for kind in type(error).__mro__][:20]]


def bounded(coded: Coded) -> Coded:
    return coded if len(json.dumps(coded)) < values.MOST_CHARACTERS else ["other", "a value too large"]
