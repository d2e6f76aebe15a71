"""Studies files: how they behave, how long they take and where; what it says is a hint and no evidence.

Processes that it forks run untrusted code, and leave what they find in memory that they share with it. Nothing in there
is believed: it is bounded, checked for its shape and passed on.
"""

from __future__ import annotations

import _saraphina_probe_box as box

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from _saraphina_server_channel import Channel
    from _saraphina_types import Job

# The share of its time that a study uses, so that it can still say that it ends.
SHARE = 0.92


def prepare() -> None:
    """There is nothing to do before there is a job but the imports above."""


def stand_by(prepared: None, _: tuple[int, ...]) -> None:
    """Nothing more can be done before there is a job."""
    return prepared


def work(job: Job, channel: Channel, wait: Callable[[], None]) -> None:
    wait()
    question, ends_at = box.opened(job, SHARE)
    box.settle()
    if question["kind"] == "replay":
        import _saraphina_study_replay as replay

        replay.Replay(job, channel, ends_at).answer()
    else:
        import _saraphina_study_clock as clock

        clock.answer(job, channel, ends_at)
    channel.say(t="done")
