"""Imports one module of the box with another text than the one that lies there.

Everything else is imported as a suite would import it, so a module is seen as its users see it.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import os
import sys

import _saraphina_suite_imports as imports

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types

    from _saraphina_types import Job


def module_name(job: Job, path: str) -> str | None:
    """The name under which a file of the box is imported."""
    full = os.path.join(job["src"], path)
    return next((name for name, place in imports.own_modules(job).items() if place == full), None)


class Text(imports.ItsText):
    """Runs a text that is given."""

    def __init__(self, name: str, full: str, text: bytes) -> None:
        super().__init__(name, full)
        self.text = text

    def get_data(self, path: str) -> bytes:
        return self.text


class Finder:
    """Finds the module whose text is given, before anything else of its name."""

    def __init__(self, name: str, full: str, text: bytes) -> None:
        self.name, self.full, self.text = name, full, text

    def find_spec(self, name: str, path: object = None, target: object = None) -> importlib.machinery.ModuleSpec | None:
        if name != self.name:
            return None
        places = [os.path.dirname(self.full)] if os.path.basename(self.full) == "__init__.py" else None
        loader = Text(name, self.full, self.text)
        return importlib.util.spec_from_file_location(name, self.full, loader=loader, submodule_search_locations=places)


def enter(job: Job) -> None:
    """Makes this process one that imports from the box."""
    imports.shadow_standard_modules(job)
    imports.take_path(job)
    imports.tell_path(job)
    sys.argv = ["program"]


def load(job: Job, path: str, text: bytes) -> types.ModuleType:
    """The module of a file with this text; raises what importing it raises."""
    name = module_name(job, path)
    if name is None:
        raise ImportError(f"{path} has no name as a module")
    sys.meta_path.insert(0, Finder(name, os.path.join(job["src"], path), text))
    return importlib.import_module(name)
