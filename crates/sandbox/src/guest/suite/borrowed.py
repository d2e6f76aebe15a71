"""Finds imports of packages that are here for the linter alone, and that nothing in the project asks for."""

from __future__ import annotations

import ast
import os
import re

from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from _saraphina_types import Job

BORROWED = "borrowed_packages"
# What pylint brings (`toolchain/requirements`); what pytest brings is there wherever these tests run.
OF_LINTER = frozenset("astroid dill isort mccabe mypy_extensions platformdirs pylint tomlkit".split())
# Files that say what a project needs, in whatever form.
ASKING = re.compile(r"(^|/)(requirements/|(pyproject.toml|setup.(py|cfg)|Pipfile|PKG-INFO|[^/]*require[^/]*)$)")
MOST_TEXT = 1 << 20


def borrowed(job: Job, trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Names of packages that files import and would not find elsewhere."""
    own = {path.split("/")[0].removesuffix(".py") for path in (*job["code"], *job["tests"], *job["support"])}
    own |= set(os.listdir(job["layer"])) if job.get("layer") else set()
    found = {name for tree in trees.values() for name in imports(tree)} & OF_LINTER - own
    if found:
        # The metadata of a script stands in its own comments (PEP 723).
        asking = [path for path in job["support"] if ASKING.search(path)] + list(job["code"])
        words = {word for path in asking for word in words_of(os.path.join(job["src"], path), path in job["code"])}
        yield from sorted(name for name in found if name.lower().replace("_", "-") not in words)


def imports(tree: ast.Module) -> Iterator[str]:
    for node in every_node(tree):
        if isinstance(node, ast.Import):
            yield from (item.name.partition(".")[0] for item in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def words_of(path: str, is_code: bool) -> Iterator[str]:
    with open(path, encoding="utf-8", errors="replace") as file:
        lines = file.read(MOST_TEXT).splitlines()
    for line in lines:
        if not is_code or line.startswith("#"):
            yield from (word.lower().replace("_", "-") for word in re.findall(r"[\w-]+", line))
