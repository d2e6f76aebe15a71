"""Decides where modules of the box are found, and for whom.

A proposal may name a file like a module of the standard library. The box then gets its own, while pytest and
coverage, which are in the same process, must keep the interpreter's.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import os
import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Iterator, Mapping, Sequence, Set

    from _saraphina_types import Job

GUEST = os.path.dirname(os.path.abspath(__file__))


def take_path(job: Job) -> None:
    """Lets modules of the box be found, and those of the harness no more."""
    sys.path[:] = roots_of(job) + [entry for entry in sys.path if entry != GUEST]


def roots_of(job: Job) -> list[str]:
    source = job["src"]
    return [source] + [root for root in package_roots(job) if root != source]


def package_roots(job: Job) -> Iterator[str]:
    """Folders from which the code files are imported: the nearest that is no package."""
    for path in job["code"]:
        folder = os.path.dirname(os.path.join(job["src"], path))
        while os.path.exists(os.path.join(folder, "__init__.py")):
            folder = os.path.dirname(folder)
        yield folder


# Modules named like one of the standard library


class BoxFinder:
    """Finds modules of the box before builtin ones of the same name."""

    def __init__(self, source: str, names: Set[str]) -> None:
        self.source = source
        self.taken = names
        self.names = names

    def hides(self, name: str) -> bool:
        """Tells whether the interpreter's own module of this name is wanted just now."""
        root = name.partition(".")[0]
        return root in self.taken and root not in self.names

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if path is None and name in self.names:
            return importlib.machinery.PathFinder.find_spec(name, [self.source])
        return None


def shadow_standard_modules(job: Job) -> BoxFinder | None:
    """Lets files of the box win for the box only; gives who finds them."""
    paths = job["code"] + job["tests"] + job["support"]
    roots = {path.split("/")[0].removesuffix(".py") for path in paths if path.endswith(".py")}
    taken = {name for name in roots if name in sys.modules or name in sys.stdlib_module_names}
    taken -= {"__main__", "__init__", "conftest", "sys", "builtins"}
    if not taken:
        return None
    for name in taken - {"this", "antigravity"}:
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    theirs = pop_modules(taken)
    ours = {}
    lock = threading.RLock()
    import_module = builtins.__import__
    source = job["src"] + "/"

    def import_for(
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> types.ModuleType:
        importer = str((globals or {}).get("__file__") or source)
        if level or name.partition(".")[0] not in taken or is_box_file(importer, job):
            return import_module(name, globals, locals, fromlist, level)
        with lock:
            ours.update(pop_modules(taken))
            sys.modules.update(theirs)
            finder.names = frozenset()
            try:
                return import_module(name, globals, locals, fromlist, level)
            finally:
                theirs.update(pop_modules(taken))
                finder.names = taken
                sys.modules.update(ours)
                ours.clear()

    finder = BoxFinder(job["src"], taken)
    sys.meta_path.insert(0, finder)
    builtins.__import__ = import_for
    return finder


def is_box_file(path: str, job: Job) -> bool:
    return path.startswith((job["src"] + "/", job["work"] + "/"))


def pop_modules(names: Set[str]) -> dict[str, types.ModuleType]:
    found = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in found}
