"""Where modules of the box are found, for whoever imports them."""

import builtins
import importlib
import importlib.machinery
import os
import sys
import threading

GUEST = os.path.dirname(os.path.abspath(__file__))


def take_path(job):
    """Lets modules of the box be found, and those of the harness no more."""
    sys.path[:] = roots_of(job) + [entry for entry in sys.path if entry != GUEST]


def roots_of(job):
    source = job["src"]
    return [source] + [root for root in package_roots(job) if root != source]


def package_roots(job):
    """Folders from which the code files are imported: the nearest that is no package."""
    for path in job["code"]:
        folder = os.path.dirname(os.path.join(job["src"], path))
        while os.path.exists(os.path.join(folder, "__init__.py")):
            folder = os.path.dirname(folder)
        yield folder


# Modules named like one of the standard library


class BoxFinder:
    """Finds modules of the box before builtin ones of the same name."""

    def __init__(self, source, names):
        self.source = source
        self.taken = names
        self.names = names

    def hides(self, name):
        """Whether the interpreter's own module of this name is wanted just now."""
        root = name.partition(".")[0]
        return root in self.taken and root not in self.names

    def find_spec(self, name, path=None, target=None):
        if path is None and name in self.names:
            return importlib.machinery.PathFinder.find_spec(name, [self.source])
        return None


def shadow_standard_modules(job):
    """Lets files of the box win for the box, and keeps the interpreter's own for everybody else; gives who finds them."""
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

    def import_for(name, globals=None, locals=None, fromlist=(), level=0):
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


def is_box_file(path, job):
    return path.startswith((job["src"] + "/", job["work"] + "/"))


def pop_modules(names):
    found = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in found}
