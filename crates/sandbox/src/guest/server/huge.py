"""Collapses the fork server's heap into huge pages, so `fork()` copies fewer page-table entries.

The server does it once, when it is warm, since every fork pays for the entries again. A page that a fork writes to is
split and copied as small ones, as ever. Where the kernel will not collapse anything, nothing is lost.
"""

from __future__ import annotations

import ctypes

import _saraphina_server_patches as patches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MADV_COLLAPSE = 25
HUGE = 2 << 20

madvise = ctypes.CDLL(None, use_errno=True).madvise


def gather() -> None:
    """Does it for what is held now and no more: pages that come later stay small."""
    if not patches.is_tried("huge"):
        return
    for start, end in writable():
        start, end = -(-start // HUGE) * HUGE, end // HUGE * HUGE
        if end > start:
            madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)


def writable() -> Iterator[tuple[int, int]]:
    """The places of memory that belongs to no file."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        lines = [line.split() for line in file]
    for place, rights, _, _, node, *name in lines:
        if "w" in rights and node == "0" and (not name or name == ["[heap]"]):
            start, _, end = place.partition("-")
            yield int(start, 16), int(end, 16)
