"""Has the kernel hold what a server holds in huge pages, so that a fork copies one entry where it copied hundreds.

What a forked process then writes to is split and copied as small pages, as ever. Where the kernel will not, nothing is lost.
"""

import ctypes

MADV_COLLAPSE = 25
HUGE = 2 << 20

madvise = ctypes.CDLL(None, use_errno=True).madvise


def gather():
    """Does it for what is held now and no more: pages that come later stay small."""
    for start, end in writable():
        start, end = -(-start // HUGE) * HUGE, end // HUGE * HUGE
        if end > start:
            madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), MADV_COLLAPSE)


def writable():
    """The places of memory that belongs to no file."""
    with open("/proc/self/maps", encoding="utf-8") as file:
        lines = [line.split() for line in file]
    for place, rights, _, _, node, *name in lines:
        if "w" in rights and node == "0" and (not name or name == ["[heap]"]):
            start, _, end = place.partition("-")
            yield int(start, 16), int(end, 16)
