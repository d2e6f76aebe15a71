"""Many files renamed at once."""

import re
from collections.abc import Mapping
from pathlib import Path


def plan_replace(folder: Path, pattern: str, replacement: str) -> dict[str, str]:
    """Return new names in which a regular expression is replaced; unchanged ones are left out."""
    regex = re.compile(pattern)
    names = ((name, regex.sub(replacement, name)) for name in _files(folder))
    return {name: new for name, new in names if new != name}


def plan_numbers(folder: Path, prefix: str, digits: int = 3) -> dict[str, str]:
    """Return new names with running numbers, in the order of the old names."""
    numbered = enumerate(_files(folder), 1)
    return {name: f"{prefix}{index:0{digits}}{Path(name).suffix}" for index, name in numbered}


def check(folder: Path, plan: Mapping[str, str]) -> None:
    """Raise ValueError where the plan would lose or move a file."""
    targets = list(plan.values())
    for target in targets:
        if not target or Path(target).name != target:
            raise ValueError(f"{target!r} is not a file name")
        if targets.count(target) > 1:
            raise ValueError(f"several files would be called {target!r}")
        if target not in plan and (folder / target).exists():
            raise ValueError(f"{target!r} exists already")


def apply(folder: Path, plan: Mapping[str, str]) -> int:
    """Rename as planned and return how many files were renamed."""
    check(folder, plan)
    for index, name in enumerate(plan):
        (folder / name).rename(folder / f".renaming-{index}")
    for index, target in enumerate(plan.values()):
        (folder / f".renaming-{index}").rename(folder / target)
    return len(plan)


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.is_file())
