"""Answers quick questions about candidates; runs no untrusted code itself.

Processes that it forks do, and write what they find into memory that they share with it. Nothing in there is
believed: it is bounded, checked for its shape and passed on as a hint.
"""

from __future__ import annotations

import importlib

import _saraphina_probe_box as box
import _saraphina_probe_files as files_of
import _saraphina_probe_trace as trace
import _saraphina_probe_trial as trial
import _saraphina_suite_syntax as syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _saraphina_server_channel import Channel
    from _saraphina_types import Job

# What most programs import: a process that is forked has it already.
COMMON = (
    "abc argparse array base64 bisect calendar collections collections.abc contextlib copy csv dataclasses datetime "
    "decimal enum fractions functools hashlib heapq inspect io itertools json linecache logging math numbers operator "
    "os.path pathlib pprint queue random re shutil statistics string struct tempfile textwrap threading time traceback "
    "types typing unicodedata unittest unittest.mock uuid warnings weakref zlib"
).split()
# The share of its time that a probe uses, so that it can still say that it ends.
SHARE = 0.95


def prepare() -> None:
    """Imports what untrusted code will want, before there is any."""
    for name in COMMON:
        importlib.import_module(name)


def rehearse(state: None) -> Iterator[None]:
    """Imports what only some questions need."""
    import _saraphina_probe_compare  # noqa: F401
    import _saraphina_probe_infect  # noqa: F401

    yield state


def stand_by(prepared: None, _: tuple[int, ...]) -> None:
    """Nothing more can be done before there is a job."""
    return prepared


def work(job: Job, channel: Channel, wait: Callable[[], None]) -> None:
    wait()
    question, ends_at = box.opened(job, SHARE)
    files = files_of.Files(job, syntax.examine(job))
    box.settle()
    if question["kind"] == "trace":
        trace.answer(files, question, channel, ends_at)
    elif question["kind"] == "try":
        trial.Trial(files, question, channel, ends_at).answer()
    elif question["kind"] == "infect":
        import _saraphina_probe_infect as infect

        infect.answer(files, question, channel, ends_at)
    else:
        import _saraphina_probe_compare as compare

        compare.answer(files, question, channel, ends_at)
    channel.say(t="done")
