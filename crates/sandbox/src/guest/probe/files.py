"""Imports the files of a box: found by name, run from code that changes from candidate to candidate.

A candidate is an edit of a few bytes. So modules are dropped and run again from compiled code in one process, instead
of being written to disk and imported in a new one.
"""

from __future__ import annotations

import collections
import importlib
import importlib.machinery
import os
import sys
import types

import _saraphina_probe_likeness as likeness
import _saraphina_probe_pieces as pieces
import _saraphina_probe_rules as rules
import _saraphina_probe_stand_in as stand_in
import _saraphina_suite_imports as imports
import _saraphina_suite_settings as settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import Any

    from _saraphina_suite_syntax import Facts
    from _saraphina_types import Codes, Edit, Job, Patch

HARNESS_ONLY = ("_pytest", "pytest_mock", "pytest_asyncio", "hypothesis", "xdist", "anyio")
# Edits of a file that make it worth to be split.
MANY_EDITS = 4


class Files:
    """Every Python file of the box, by its path there."""

    def __init__(self, job: Job, facts: Facts) -> None:
        self.job = job
        self.source = job["src"]
        self.code = [path for path in job["code"] if path.endswith(".py")]
        self.tests = [path for path in job["tests"] if path.endswith(".py")]
        support = [path for path in job["support"] if path.endswith(".py")]
        self.texts = {path: self.read(path) for path in self.code + self.tests + support}
        self.paths = {self.full(path): path for path in self.texts}
        self.injections = facts.injections
        self.rules, self.whole = self.own_rules()
        self.pieces = {path: pieces.Pieces(text, self.full(path)) for path, text in self.texts.items()}
        self.codes: Codes = {path: file.code for path, file in self.pieces.items()}

    def read(self, path: str) -> bytes:
        with open(self.full(path), "rb") as file:
            return file.read()

    def full(self, path: str) -> str:
        return os.path.join(self.source, path)

    def make_ready(self, patches: Iterable[Patch]) -> None:
        """Does once what each edit would do again, where there are enough of them."""
        touched = collections.Counter(path for patch in patches for path in {edit[0] for edit in patch})
        for path, count in touched.items():
            if path in self.pieces and count >= MANY_EDITS:
                self.pieces[path].split()

    def with_edits(self, patch: Patch) -> Codes:
        """The code of a candidate. Raises for one that does not compile."""
        edits: dict[str, list[Edit]] = {}
        for path, start, end, text in patch:
            edits.setdefault(path, []).append((start, end, text))
        changed: Codes = {}
        for path, of_file in edits.items():
            if path not in self.code:
                raise ValueError(f"{path} is no code file")
            changed[path] = self.pieces[path].edited(sorted(of_file))
        return {**self.codes, **changed}

    def own_rules(self) -> tuple[rules.Rules, str | None]:
        """The rules of the suite, and why no test of it can be run without pytest."""
        path = settings.configuration(self.job)
        if path is None:
            return rules.USUAL, None
        try:
            found = rules.read(path, self.read(path))
        except Exception:  # readers of settings raise many kinds for what they do not understand
            found = None
        if found is None:
            return rules.USUAL, f"{path} says otherwise which functions are tests, or how they are called"
        return found, None

    def tests_of(self, ids: Iterable[str]) -> list[str]:
        """The files of some tests, in the order of the suite."""
        wanted = {id.partition("::")[0] for id in ids}
        return [path for path in self.tests if path in wanted]

    def conftests(self, test: str) -> list[str]:
        """The files of fixtures that a test file sees, the outermost first."""
        parts = test.split("/")[:-1]
        folders = ["/".join(parts[:end]) for end in range(len(parts) + 1)]
        paths = [f"{folder}/conftest.py".lstrip("/") for folder in folders]
        return [path for path in paths if path in self.texts]

    def roots(self) -> list[str]:
        """Folders from which modules are imported: that of each test file first, as pytest has it."""
        found = []
        for path in self.tests:
            folder = os.path.dirname(self.full(path))
            while os.path.exists(os.path.join(folder, "__init__.py")):
                folder = os.path.dirname(folder)
            found.append(folder)
        return list(dict.fromkeys(found + imports.roots_of(self.job)))

    def names(self) -> dict[str, str]:
        """Module names and the paths they stand for."""
        found: dict[str, str] = {}
        for root in self.roots():
            of_root: dict[str, str] = {}
            for full, path in self.paths.items():
                if not full.startswith(root + "/"):
                    continue
                words = full[len(root) + 1 : -3].split("/")
                is_package = words[-1] == "__init__"
                words = words[:-1] if is_package else words
                name = ".".join(words)
                # Of a package and a module of one name Python takes the package.
                if words and all(word.isidentifier() for word in words) and (is_package or name not in of_root):
                    of_root[name] = path
            for name, path in of_root.items():
                found.setdefault(name, path)
        return found


class Finder:
    """Finds modules of the box and runs the code of the candidate that is tried."""

    def __init__(self, files: Files) -> None:
        self.files = files
        # The import system asks for less than its types say.
        self.loader: Any = self
        self.names = files.names()
        self.modules = {path: name for name, path in reversed(self.names.items())}
        self.codes = files.codes
        self.stubs = False
        self.after: Callable[[types.ModuleType, str], None] | None = None
        self.specs = {name: self.spec(name, path) for name, path in self.names.items()}
        words = [name.split(".") for name in self.names]
        self.purged = list({".".join(parts[: end + 1]) for parts in words for end in range(len(parts))})
        self.shadow: imports.BoxFinder | None = None
        self.conftests: dict[str, types.ModuleType] = {}

    def spec(self, name: str, path: str) -> importlib.machinery.ModuleSpec:
        is_package = path.rpartition("/")[2] == "__init__.py"
        origin = self.files.full(path)
        spec = importlib.machinery.ModuleSpec(name, self.loader, origin=origin, is_package=is_package)
        spec.has_location = True
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(os.path.dirname(origin))
        return spec

    def install(self) -> None:
        """Takes over the imports of this process."""
        job = self.files.job
        self.shadow = imports.shadow_standard_modules(job)
        imports.take_path(job)
        sys.path[:0] = [root for root in self.files.roots() if root not in sys.path]
        sys.argv = ["pytest"]
        sys.meta_path.insert(0, self)
        sys.modules["pytest"] = stand_in

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        spec = self.specs.get(name)
        if spec is None:
            if name.partition(".")[0] in HARNESS_ONLY:
                raise stand_in.Unfit(f"it imports {name}")
            return None
        return None if self.shadow is not None and self.shadow.hides(name) else spec

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> None:
        return None

    def exec_module(self, module: types.ModuleType) -> None:
        path = self.names[module.__name__]
        if self.stubs and path in self.files.code:
            fill(module)
            return
        code = self.codes[path]
        if isinstance(code, BaseException):
            raise code
        self.inject(path, module)
        code.run(module.__dict__)
        if self.after is not None:
            self.after(module, path)

    def get_code(self, name: str) -> types.CodeType:
        """Gives what `runpy` runs when a suite starts a module as a program."""
        code = self.codes[self.names[name]]
        if isinstance(code, BaseException):
            raise code
        return code.whole()

    def inject(self, path: str, module: types.ModuleType) -> None:
        """Binds names of the subject in test modules that use them without an import."""
        for name, names in self.files.injections.get(path, ()):
            subject = importlib.import_module(name)
            for wanted in names:
                if hasattr(subject, wanted) and not hasattr(module, wanted):
                    setattr(module, wanted, getattr(subject, wanted))

    def purge(self) -> None:
        modules = sys.modules
        self.conftests.clear()
        for name in self.purged:
            modules.pop(name, None)

    def conftest(self, path: str) -> types.ModuleType:
        """A module of fixtures, made once for all tests below it; hooks of pytest in it are not called."""
        known = self.conftests.get(path)
        if known is None:
            code = self.codes[path]
            if isinstance(code, BaseException):
                raise code
            known = types.ModuleType("conftest")
            known.__file__ = self.files.full(path)
            code.run(known.__dict__)
            self.conftests[path] = known
        return known

    def made(self, path: str) -> types.ModuleType:
        """The module of a file, run now; what is imported by it is looked for as usual."""
        name = self.modules[path]
        if "." in name or (self.shadow is not None and name in self.shadow.taken):
            return importlib.import_module(name)
        spec = self.specs[name]
        module = types.ModuleType(name)
        module.__file__, module.__spec__, module.__loader__, module.__package__ = spec.origin, spec, self.loader, ""
        sys.modules[name] = module
        try:
            self.exec_module(module)
        except BaseException:
            sys.modules.pop(name, None)
            raise
        return sys.modules.get(name, module)


def fill(module: types.ModuleType) -> None:
    """Makes a module that has every name: stands for code that cannot be imported, so that tests can be counted."""

    module.__dict__.update(__getattr__=likeness.kind, __all__=[])
