"""Frees a process and its forks from counting references to what it holds now.

A count is a write, and a forked process copies each page that it writes to. An immortal object (PEP 683) is not
counted. It is marked by a word of memory, so this looks first whether the mark is what it should be.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import types

import _saraphina_server_patches as patches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

word = ctypes.c_uint32.from_address
# Frames that wait hold what somebody may want to see freed.
LEFT_OUT = (types.FrameType, types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType)
SAMPLE_HOLDERS = 100


def immortalise() -> int:
    """Does it where it can be done; gives the number of objects."""
    mark = mark_of_immortals()
    if mark is None:
        return 0
    found = everything()
    for address in found:
        word(address).value = mark
    return len(found)


def mark_of_immortals() -> int | None:
    """The count that an immortal object shows; nothing where the interpreter is not one that is known."""
    if not patches.is_tried("immortal"):
        return None
    mark = word(id(None)).value
    return mark if mark == sys.getrefcount(None) and is_obeyed(mark) else None


def is_obeyed(mark: int) -> bool:
    """Tells whether an object with this mark is counted no more, though others come to hold it and let go of it."""
    sample = object()
    # The call holds one reference of its own. Where the first word is something else, nothing may be written to it.
    if word(id(sample)).value != sys.getrefcount(sample) - 1:
        return False
    word(id(sample)).value = mark
    holders = [sample] * SAMPLE_HOLDERS
    del holders
    return word(id(sample)).value == mark


def everything() -> dict[int, object]:
    """Finds what can be reached from the objects that the collector knows, by address."""
    found: dict[int, Any] = {}
    fresh = gc.get_objects()
    while fresh:
        near = {id(item): item for item in fresh if type(item) not in LEFT_OUT}
        near = {address: near[address] for address in near.keys() - found.keys()}
        found.update(near)
        fresh = gc.get_referents(*near.values())
        for item in near.values():
            if type(item) in HIDDEN:
                fresh.extend(HIDDEN[type(item)](item))
    return found


def parts_of_code(code: Any) -> tuple[object, ...]:
    texts = (code.co_name, code.co_qualname, code.co_filename, code.co_linetable, code.co_exceptiontable)
    return (*texts, code.co_names, code.co_consts, *code.co_varnames, *code.co_freevars, *code.co_cellvars)


def parts_of_type(kind: type) -> tuple[object, ...]:
    return (*type.__dict__["__dict__"].__get__(kind).values(), kind.__mro__, kind.__bases__)


# What objects hold that the collector does not see.
HIDDEN: dict[type, Callable[[Any], Iterable[object]]] = {
    types.CodeType: parts_of_code,
    type: parts_of_type,
    dict: dict.keys,
}
