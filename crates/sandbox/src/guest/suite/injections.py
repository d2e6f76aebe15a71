"""Binds names of the subject in test modules that use them without an import, before the modules run.

Tests that a model wrote often lack an import, which says nothing about the code. `syntax.py` says which names a file
lacks; pytest's import hook is where they can still be bound, as the names must be there when the first line of the
module runs.
"""

from __future__ import annotations

import importlib
import os
import sys

import _saraphina_server_patches as patches

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from typing import Any

    from _saraphina_types import Injections, Job

    Plans = dict[str, list[tuple[str, list[str]]]]


def inject_names(job: Job, injections: Injections) -> Finder | None:
    """Takes the imports of test modules over; gives a finder that must stay first where pytest's hook is not known."""
    plans = {os.path.join(job["src"], path): plan for path, plan in injections.items()}
    if not plans:
        return None
    if not patches.is_tried("injections"):
        finder = Finder(plans)
        finder.come_first()
        return finder
    from _pytest.assertion.rewrite import AssertionRewritingHook

    execute = AssertionRewritingHook.exec_module

    def exec_module(self: Any, module: types.ModuleType) -> None:
        bind(plans, module)
        execute(self, module)

    AssertionRewritingHook.exec_module = exec_module  # type: ignore[method-assign]
    return None


def bind(plans: Plans, module: types.ModuleType) -> None:
    for name, names in plans.get(str(getattr(module.__spec__, "origin", None)), ()):
        try:
            subject = importlib.import_module(name)
        except (Exception, SystemExit):
            # It was not the tests that asked for it; where they need it they fail by themselves, and say how.
            continue
        for wanted in names:
            if hasattr(subject, wanted) and not hasattr(module, wanted):
                setattr(module, wanted, getattr(subject, wanted))


class Finder:
    """Asks the other finders, and has their loader bind names first: imports as they are documented, and no more."""

    def __init__(self, plans: Plans) -> None:
        self.plans = plans
        self.changed: set[int] = set()

    def come_first(self) -> None:
        """Goes before finders that came later, such as the one of a pytest that was configured since."""
        sys.meta_path[:] = [self, *(finder for finder in sys.meta_path if finder is not self)]

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                if spec.origin in self.plans and id(spec.loader) not in self.changed:
                    loader: Any = spec.loader
                    self.changed.add(id(loader))
                    loader.exec_module = self.binding(loader.exec_module)
                return spec
        return None

    def binding(self, execute: Callable[[Any], None]) -> Callable[[types.ModuleType], None]:
        def exec_module(module: types.ModuleType) -> None:
            bind(self.plans, module)
            execute(module)

        return exec_module
