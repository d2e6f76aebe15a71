"""Does one job in a fresh interpreter and ends.

It is what runs where no fork server does: the same workers in the same order as `server.py`, with nothing held over.
"""

from __future__ import annotations

import importlib
import json
import os
import sys

GUEST = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, GUEST)

import _saraphina_server_channel as channels  # noqa: E402
import _saraphina_server_collecting as collecting  # noqa: E402
import _saraphina_server_ending as ending  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> NoReturn:
    collecting.seldom()
    channels.set_dumpable(0)
    channel = channels.Channel()
    with open(os.path.join(GUEST, "job.json"), encoding="utf-8") as file:
        job = json.load(file)
    worker = importlib.import_module(sys.argv[1])
    ending.to_the_end(lambda: worker.work(job, channel, lambda: worker.stand_by(worker.prepare(), (channels.CHANNEL,))))


if __name__ == "__main__":
    main()
