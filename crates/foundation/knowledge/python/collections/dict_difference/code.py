"""What changed between two dictionaries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Path = tuple[Any, ...]


@dataclass
class Difference:
    """Paths of what was added, removed and changed."""

    added: dict[Path, Any] = field(default_factory=dict)
    removed: dict[Path, Any] = field(default_factory=dict)
    changed: dict[Path, tuple[Any, Any]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def lines(self) -> list[str]:
        """Return a line for each difference: ``+ a.b = 1``."""
        lines = [f"+ {_dotted(path)} = {value!r}" for path, value in self.added.items()]
        lines += [f"- {_dotted(path)} = {value!r}" for path, value in self.removed.items()]
        lines += [f"~ {_dotted(path)}: {a!r} -> {b!r}" for path, (a, b) in self.changed.items()]
        return lines


def compare(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Difference:
    """Return what leads from ``old`` to ``new``."""
    difference = Difference()
    _walk(old, new, (), difference)
    return difference


def _walk(old: Mapping[Any, Any], new: Mapping[Any, Any], path: Path, into: Difference) -> None:
    for key, value in old.items():
        here = (*path, key)
        if key not in new:
            into.removed[here] = value
        elif isinstance(value, Mapping) and isinstance(new[key], Mapping):
            _walk(value, new[key], here, into)
        elif value != new[key]:
            into.changed[here] = (value, new[key])
    for key, value in new.items():
        if key not in old:
            into.added[(*path, key)] = value


def _dotted(path: Path) -> str:
    return ".".join(str(key) for key in path)
