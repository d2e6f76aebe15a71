"""Reads settings as pytest reads them, before it does."""

from __future__ import annotations

import pathlib
import shlex

import _saraphina_suite_imports as imports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _saraphina_types import Job


def words(job: Job, path: str | None, name: str) -> list[str]:
    """The words of a setting in the file that pytest obeys; none where it is not there, or pytest refuses the file."""
    import pytest
    from _pytest.config.findpaths import load_config_dict_from_file

    try:
        found = load_config_dict_from_file(pathlib.Path(job["src"], path)) if path else None
        given = found[name].value if found and name in found else ""
        return shlex.split(given) if isinstance(given, str) else [str(word) for word in given]  # type: ignore[attr-defined]
    except (pytest.UsageError, ValueError, TypeError):
        # pytest says so itself when it reads them.
        return []


def missing_plugins(job: Job, path: str) -> list[str]:
    """The plug-ins that settings require and that neither the project nor the packages of its suite offer.

    pytest would miss all of them: it is given plug-ins by their modules, and then knows no project of theirs.
    """
    required = words(job, path, "required_plugins")
    if not required:
        return []
    import importlib.metadata

    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import canonicalize_name

    places = [*imports.packages_of(job), job["src"]]
    offered = {
        canonicalize_name(project.metadata["Name"]): project.version
        for project in importlib.metadata.distributions(path=places)
        if any(point.group == "pytest11" for point in project.entry_points)
    }

    def is_there(word: str) -> bool:
        try:
            wanted = Requirement(word)
        except InvalidRequirement:
            return False
        version = offered.get(canonicalize_name(wanted.name))
        return version is not None and wanted.specifier.contains(version, prereleases=True)

    return [word for word in required if not is_there(word)]
