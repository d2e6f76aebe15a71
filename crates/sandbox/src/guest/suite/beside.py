"""Has pytest collect what it would find beside the files of tests: doctests, and what a project's own hooks collect.

Files of tests are given to pytest one by one, so it looks into no folder by itself. It is given these other files as
well; but it takes a file that it is given for a file of tests, or of doctests, and here it must not.
"""

from __future__ import annotations

import fnmatch
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import pathlib
    from collections.abc import Generator, Iterator
    from typing import Any

    import pytest
    from _saraphina_types import Job

SOURCES = "/box/src"
# By such a hook a conftest.py takes files of other forms for tests: tables of cases, pages with examples.
HOOK = b"pytest_collect_file"


class Beside:
    """A pytest plugin that adds these files, and keeps to what of them pytest would have collected by itself."""

    def __init__(self, job: Job) -> None:
        self.job = job
        # Code that is given for its doctests alone.
        self.code: set[str] = set()
        # What is given for hooks of the project alone.
        self.hooked: set[str] = set()

    def add(self, config: Any, places: list[str]) -> None:
        """Gives pytest the files below the places where the settings have it look; anywhere where they name none."""
        import pytest

        found = list(self.doctests(config, places))
        self.hooked = set(self.own(config, places)) - set(found)
        found += sorted(self.hooked)
        self.code = {path for path in found if path.endswith(".py") and path not in places}
        config.args.extend(found)
        if found:
            pytest.hookimpl(wrapper=True)(Beside.pytest_collect_file)
            config.pluginmanager.register(self)

    def files(self, places: list[str]) -> Iterator[tuple[str, str]]:
        for path in self.job["code"] + self.job["support"]:
            full = os.path.join(self.job["src"], path)
            if is_below(full, places or [SOURCES]):
                yield path, full

    def doctests(self, config: Any, places: list[str]) -> Iterator[str]:
        """Files from which these settings have pytest collect doctests."""
        is_wanted = bool(config.getoption("doctestmodules", False))
        patterns = config.getoption("doctestglob", None) or ["test*.txt"]
        for path, full in self.files(places):
            name = path.rpartition("/")[2]
            if path.endswith(".py"):
                if is_wanted and path in self.job["code"]:
                    yield full
            elif config.pluginmanager.hasplugin("doctest") and any(fnmatch.fnmatch(name, glob) for glob in patterns):
                yield full

    def own(self, config: Any, places: list[str]) -> Iterator[str]:
        """Files that a hook of a conftest.py at or above their folder may take for tests."""
        hooks = [path for path in self.job["support"] if path.rpartition("/")[2] == "conftest.py"]
        folders = [path.rpartition("/")[0] for path in hooks if HOOK in text(self.job, path)]
        closed = config.getini("norecursedirs")
        for path, full in self.files(places) if folders else ():
            parts = path.split("/")
            if parts[-1] in ("conftest.py", "__init__.py", "setup.py"):
                continue
            if any(fnmatch.fnmatch(part, pattern) for part in parts[:-1] for pattern in closed):
                continue
            if any(not folder or path.startswith(f"{folder}/") for folder in folders):
                yield full

    def pytest_pycollect_makemodule(self, module_path: pathlib.Path, parent: Any) -> pytest.Module | None:
        """Has pytest neither import code that it was given for its doctests nor look for tests there.

        A `__main__.py` without a guard would run its program, and a function of the code may be called `test_server`.
        """
        import pytest
        from _pytest.python import path_matches_patterns

        if str(module_path) not in self.code:
            return None
        if path_matches_patterns(module_path, parent.config.getini("python_files")):
            return None

        class Examples(pytest.Module):
            def collect(self) -> list[Any]:
                return []

        return Examples.from_parent(parent, path=module_path)

    def pytest_collect_file(self, file_path: pathlib.Path, parent: Any) -> Generator[None, list[Any], list[Any]]:
        """Leaves a file that is given for a hook to that hook; pytest wants something of each that it is given."""
        import pytest
        from _pytest.doctest import DoctestTextfile

        class Nothing(pytest.File):
            def collect(self) -> list[Any]:
                return []

        found = yield
        if str(file_path) not in self.hooked:
            return found
        kept = [one for one in found if not isinstance(one, DoctestTextfile)]
        return kept or [Nothing.from_parent(parent, path=file_path)]


def text(job: Job, path: str) -> bytes:
    try:
        with open(os.path.join(job["src"], path), "rb") as file:
            return file.read()
    except OSError:
        return b""


def is_below(path: str, places: list[str]) -> bool:
    return any(path == place or path.startswith(place.rstrip("/") + "/") for place in places)
