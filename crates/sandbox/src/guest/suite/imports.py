"""Decides where modules of the box are found, and for whom.

What was shown is what runs: a code file is imported from its own path and its own bytes, whatever lies beside it. It
may be named like a module of the standard library or of pytest's. The box then gets its own, while pytest and coverage,
which are in the same process, must keep the interpreter's.
"""

from __future__ import annotations

import builtins
import importlib
import importlib.machinery
import importlib.util
import os
import sys
import threading

import _saraphina_suite_locks as locks

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Iterator, Mapping, Sequence, Set

    from _saraphina_types import Job

# Names that no file can have: what runs before any import has them already.
FIXED = {"__main__", "__init__", "conftest", "sys", "builtins"}
# Importing these does something that people see.
LOUD = {"this", "antigravity"}

GUEST = os.path.dirname(os.path.abspath(__file__))
COMMANDS = "/tmp/.commands"
# A file of the tools' own folder of packages has interpreters read it.
SITE = "/tmp/.site"
# Programs that a suite starts leave a mark there for each code file that they run.
RAN = "/tmp/.ran"
WATCH = """\
import os
import sys


def watch(places, marks):
    def hear(event, given):
        if event == "cpython.run_file":
            path = given[0]
        elif event == "exec":
            path = getattr(given[0], "co_filename", "")
        else:
            return
        mark = places.pop(os.path.realpath(path), None)
        if mark is not None:
            try:
                os.close(os.open(os.path.join(marks, mark), os.O_CREAT | os.O_WRONLY))
            except OSError:
                pass

    sys.addaudithook(hear)


watch(PLACES, MARKS)
"""


def take_path(job: Job) -> None:
    """Lets modules of the box be found, and those of the harness no more."""
    sys.path[:] = roots_of(job) + [entry for entry in sys.path if entry != GUEST] + packages_of(job)


def packages_of(job: Job) -> list[str]:
    """Where packages lie that the suite was given besides the tools, which go before them."""
    layer = job.get("layer")
    return [layer] if layer else []


def tell_path(job: Job) -> None:
    """Lets interpreters that the suite starts find the same modules, and shells the commands of a project.

    As in an environment that was activated, `python` is the interpreter that the suite runs in.
    """
    given = os.environ.get("PYTHONPATH")
    roots = roots_of(job) + packages_of(job)
    os.environ["PYTHONPATH"] = os.pathsep.join(roots + ([given] if given else []))
    write_site(roots, [os.path.join(job["src"], path) for path in job["code"]])
    places = [os.path.join(folder, "bin") for folder in packages_of(job)]
    if write_commands(job):
        places.insert(0, COMMANDS)
    places += [os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)]
    os.environ["PATH"] = os.pathsep.join(places)


def write_site(roots: list[str], code: list[str]) -> None:
    """Names the places of modules where an interpreter looks whose environment a suite chose (`saraphina.pth`).

    It also has such an interpreter tell which code files it runs, since nothing of them is measured there, and lock
    files as the suite does.
    """
    os.makedirs(SITE, exist_ok=True)
    os.makedirs(RAN, exist_ok=True)
    places = {os.path.realpath(path): str(number) for number, path in enumerate(code)}
    watch = WATCH.replace("MARKS", repr(RAN)).replace("PLACES", repr(places))
    with open(locks.__file__, encoding="utf-8") as file:
        locking = f"{file.read()}\nstand_in()\n"
    # One file, as a box may have room for no other; a line that begins so is carried out (the library's `site`).
    with open(os.path.join(SITE, "box.pth"), "w", encoding="utf-8") as file:
        file.write("".join(f"{root}\n" for root in roots))
        file.write(f"import sys; exec({watch!r}, {{}}); exec({locking!r}, {{}})\n")


def ran_elsewhere(code: Sequence[str]) -> list[str]:
    """The code files that programs which the suite started say they ran."""
    try:
        marks = set(os.listdir(RAN))
    except OSError:
        return []
    return [path for number, path in enumerate(code) if str(number) in marks]


def write_commands(job: Job) -> bool:
    """Writes the project's own commands as an installer would; tells whether there are any."""
    if not any(entry.endswith(".dist-info") for entry in os.listdir(job["src"])):
        return False
    import importlib.metadata

    found = importlib.metadata.distributions(path=[job["src"]])
    points = [point for one in found for point in one.entry_points if point.group == "console_scripts"]
    words = [point.pattern.match(point.value) for point in points]
    for point, word in zip(points, words):
        if word is None or not word["attr"]:
            continue
        module, attr = word["module"], word["attr"]
        lines = ["import sys", f"from {module} import {attr.partition('.')[0]}", f"sys.exit({attr}())"]
        os.makedirs(COMMANDS, exist_ok=True)
        path = os.path.join(COMMANDS, os.path.basename(point.name))
        try:
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n".join([f"#!{sys.executable}", *lines, ""]))
            os.chmod(path, 0o755)
        except (OSError, ValueError):  # no command can have such a name
            continue
    return bool(points)


def roots_of(job: Job) -> list[str]:
    source = job["src"]
    part = job.get("part")
    given = [os.path.normpath(os.path.join(source, root)) for root in part["roots"]] if part else []
    return list(dict.fromkeys([*given, source, *package_roots(job)]))


def package_roots(job: Job) -> Iterator[str]:
    """Folders from which the code files are imported: the nearest that is no package, and `src` above it.

    Between the two lie packages without a file of their own (PEP 420), as `zope` in `src/zope/event/__init__.py`. One
    more is a folder whose package would hide a standard module, as `jaraco` in `jaraco/collections/__init__.py`.
    """
    sources = os.path.join(job["src"], "src")
    for path in job["code"]:
        if path.startswith("src/"):
            yield sources
        folder, package = os.path.dirname(os.path.join(job["src"], path)), ""
        while os.path.exists(os.path.join(folder, "__init__.py")):
            folder, package = os.path.split(folder)
        if package not in sys.stdlib_module_names:
            yield folder


def own_modules(job: Job) -> dict[str, str]:
    """The code files by the names under which they are imported from each root; the first root goes first.

    Of a package and a module of one name in one folder Python takes the package.
    """
    found: dict[str, str] = {}
    for root in roots_of(job):
        of_root: dict[str, str] = {}
        for path in job["code"]:
            full = os.path.join(job["src"], path)
            if not (path.endswith(".py") and full.startswith(root + "/")):
                continue
            words = full[len(root) + 1 : -len(".py")].split("/")
            is_package = words[-1] == "__init__"
            words = words[:-1] if is_package else words
            name = ".".join(words)
            if words and words[0] not in FIXED and all(word.isidentifier() for word in words):
                if is_package or name not in of_root:
                    of_root[name] = full
        for name, full in of_root.items():
            found.setdefault(name, full)
    return found


class ItsText(importlib.machinery.SourceFileLoader):
    """Runs the text of a file, and never what somebody compiled of it."""

    def get_code(self, fullname: str) -> types.CodeType:
        __tracebackhide__ = True  # what pytest shows holds lines of the suite and not of ours
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


class BoxFinder:
    """Finds the code files before anything else of their names, and modules of the box before builtin ones."""

    def __init__(self, job: Job, files: Mapping[str, str], names: Set[str]) -> None:
        self.roots = roots_of(job)
        self.files = files
        self.taken = names
        self.names = names

    def come_first(self) -> None:
        """Goes before finders that came later: pytest's own rewrites the assertions of whatever it is given by name."""
        sys.meta_path[:] = [self, *(finder for finder in sys.meta_path if finder is not self)]

    def hides(self, name: str) -> bool:
        """Tells whether the interpreter's own module of this name is wanted just now."""
        root = name.partition(".")[0]
        return root in self.taken and root not in self.names

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if self.hides(name):
            return None
        full = self.files.get(name)
        if full is not None:
            places = [os.path.dirname(full)] if os.path.basename(full) == "__init__.py" else None
            loader = ItsText(name, full)
            return importlib.util.spec_from_file_location(name, full, loader=loader, submodule_search_locations=places)
        if path is None and name in self.names:
            return importlib.machinery.PathFinder.find_spec(name, self.roots)
        return None


# Modules named like one of the standard library


def shadow_standard_modules(job: Job) -> BoxFinder:
    """Lets files of the box win for the box only; gives who finds them."""
    files = own_modules(job)
    paths = job["code"] + job["tests"] + job["support"]
    # A folder without a file of its own gives way to any module (PEP 420).
    roots = {name for name in files if "." not in name}
    for path in paths:
        folder, _, rest = path.partition("/")
        if rest in ("", "__init__.py"):
            roots.add(folder.removesuffix(".py"))
    taken = {name for name in roots if name in sys.modules or name in sys.stdlib_module_names} - FIXED
    finder = BoxFinder(job, files, taken)
    if taken:
        part(job, finder)
    sys.meta_path.insert(0, finder)
    return finder


def part(job: Job, finder: BoxFinder) -> None:
    """Has importers of the box find modules of the box, and all others the interpreter's."""
    taken = finder.taken
    for name in taken - LOUD:
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
        __tracebackhide__ = True
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

    builtins.__import__ = import_for


def is_box_file(path: str, job: Job) -> bool:
    return path.startswith((job["src"] + "/", job["work"] + "/"))


def pop_modules(names: Set[str]) -> dict[str, types.ModuleType]:
    found = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in found}
