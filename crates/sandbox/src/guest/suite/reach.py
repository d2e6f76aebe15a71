"""Tells which code files a test file surely imports, from syntax trees alone.

A file that is imported has lines that run. Where a suite imports a code file and none of its lines ran, something else
was found in its place. Only imports that nothing can pass over count: statements of a module itself, and those of the
code files that they bring in.
"""

from __future__ import annotations

import ast
import os

import _saraphina_suite_imports as imports
from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Job

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Reach:
    """The code files of a job by the names under which they are imported."""

    def __init__(self, job: Job, trees: dict[str, ast.Module]) -> None:
        own = imports.own_modules(job)
        self.files = {name: os.path.relpath(full, job["src"]) for name, full in own.items()}
        self.trees = trees

    def from_test(self, path: str) -> list[str]:
        """Code files that are imported wherever a test of this file runs."""
        found: list[str] = []
        pending = list(self.imported(self.trees[path], ""))
        while pending:
            name = pending.pop()
            file = self.files[name]
            if file in found:
                continue
            found.append(file)
            if file in self.trees:
                is_package = file.endswith("__init__.py")
                package = name if is_package else name.rpartition(".")[0]
                pending.extend(self.imported(self.trees[file], package))
        return sorted(found)

    def imported(self, tree: ast.Module, package: str) -> Iterator[str]:
        """Names of code files that the statements of a module import, with the packages that hold them."""
        for node in tree.body:
            if isinstance(node, ast.Import):
                for item in node.names:
                    yield from self.known(item.name)
            elif isinstance(node, ast.ImportFrom):
                source = absolute(node, package)
                if source:
                    yield from self.known(source)
                    for item in node.names:
                        if self.is_module(source, item.name):
                            yield f"{source}.{item.name}"

    def known(self, name: str) -> Iterator[str]:
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            prefix = ".".join(parts[:end])
            if prefix in self.files:
                yield prefix

    def is_module(self, package: str, name: str) -> bool:
        """Tells whether a name imported from a package can be nothing but its module."""
        file = self.files.get(package)
        tree = None if file is None else self.trees.get(file)
        return f"{package}.{name}" in self.files and tree is not None and not may_bind(tree, name)


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module that is imported from; nothing where it is relative to what is not known."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    if len(parts) < node.level:
        return ""
    base = parts[: len(parts) - node.level + 1]
    return ".".join(base + ([node.module] if node.module else []))


def may_bind(tree: ast.Module, name: str) -> bool:
    """Tells whether a module may give a name itself, in whatever way."""
    for node in every_node(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names = {item.asname or item.name.partition(".")[0] for item in node.names}
        elif isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names = {node.name}
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            names = {node.id}
        else:
            continue
        if names & {name, "*", "__getattr__"}:
            return True
    return False


def statements(tree: ast.Module) -> int:
    """Counts the statements of a module that run when it is imported: all but its text about itself."""
    is_text = [isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) for node in tree.body]
    return is_text.count(False)
