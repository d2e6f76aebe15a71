"""Words what went wrong in a candidate: the kind of exception, its text, and the line it came from.

The search for a patch reads complaints to guess where and what to edit. The exceptions are those of untrusted code,
whose `__str__` may do anything, so every text is bounded and every failure to get one is an empty text.
"""

from __future__ import annotations

import ast
import linecache

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types

    from _saraphina_probe_files import Files
    from _saraphina_types import Frame

MESSAGE = 300


def complaint(error: BaseException, files: Files, is_late: bool = False) -> Frame:
    """Describes a failure; an exception of untrusted code may answer with anything."""
    try:
        return told_of(error, files, is_late)
    except BaseException:
        return {"kind": "Exception", "message": ""}


def told_of(error: BaseException, files: Files, is_late: bool) -> Frame:
    kind = "Timeout" if is_late else type(error).__name__
    told: Frame = {"kind": kind[:100], "message": ""}
    if isinstance(error, SyntaxError) and error.filename in files.paths:
        told.update(path=files.paths[error.filename], message=text(error.msg))
        places = {"line": error.lineno, "column": error.offset}
        return told | {name: place for name, place in places.items() if type(place) is int and 0 < place < 1 << 31}
    path, line = place(error.__traceback__, files)
    if path is not None:
        told.update(path=path, line=line)
    if not is_late:
        told["message"] = text(error) or assertion(error, files)
    return told


def text(value: object) -> str:
    try:
        return str(value)[:MESSAGE]
    except BaseException:
        return ""


def place(trace: types.TracebackType | None, files: Files) -> tuple[str | None, int | None]:
    """The innermost line of a code file; of any file of the box where no code file is in the trace."""
    inner: tuple[str | None, int | None] = None, None
    other = inner
    while trace is not None:
        path = files.paths.get(trace.tb_frame.f_code.co_filename)
        if path in files.code:
            inner = path, trace.tb_lineno
        elif path is not None:
            other = path, trace.tb_lineno
        trace = trace.tb_next
    return inner if inner[0] is not None else other


def assertion(error: BaseException, files: Files) -> str:
    """The text of an assertion that says nothing else."""
    if not isinstance(error, AssertionError):
        return ""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_filename not in files.paths:
        return ""
    lines = linecache.getlines(trace.tb_frame.f_code.co_filename)[trace.tb_lineno - 1 :]
    for end in range(1, min(len(lines), 12) + 1):
        piece = "".join(lines[:end]).strip()
        try:
            ast.parse(piece)
        except SyntaxError:
            continue
        return piece[:MESSAGE]
    return lines[0].strip()[:MESSAGE] if lines else ""
