"""Show progress as a line of text."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO, TypeVar

T = TypeVar("T")


def format_seconds(seconds: float) -> str:
    """Return a duration as m:ss or h:mm:ss."""
    minutes, secs = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{secs:02}" if hours else f"{minutes}:{secs:02}"


def render_bar(done: int, total: int, width: int = 20) -> str:
    """Return a bar such as ``[#####.....]  50% 5/10``."""
    if total < 0 or not 0 <= done <= total:
        raise ValueError(f"need 0 <= done <= total, got {done} of {total}")
    share = done / total if total else 1.0
    filled = int(width * share)
    return f"[{'#' * filled}{'.' * (width - filled)}] {int(share * 100):3}% {done}/{total}"


def track(
    items: Sequence[T],
    *,
    stream: TextIO | None = None,
    clock: Callable[[], float] = time.monotonic,
    interval: float = 0.2,
) -> Iterator[T]:
    """Yield ``items`` while showing progress on ``stream`` (stderr by default).

    The line is redrawn at most every ``interval`` seconds on a terminal.
    """
    out = stream or sys.stderr
    live = out.isatty()
    started = clock()
    drawn_at = started
    longest = 0
    for done, item in enumerate(items):
        now = clock()
        if live and done and now - drawn_at >= interval:
            left = (now - started) / done * (len(items) - done)
            line = f"{render_bar(done, len(items))} {format_seconds(left)} left"
            longest = max(longest, len(line))
            out.write("\r" + line.ljust(longest))
            out.flush()
            drawn_at = now
        yield item
    line = f"{render_bar(len(items), len(items))} in {format_seconds(clock() - started)}"
    out.write(("\r" if live else "") + line.ljust(longest) + "\n")
    out.flush()
