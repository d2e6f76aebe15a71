"""Compare values with snapshots kept in files."""

import difflib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any


class SnapshotMismatch(AssertionError):
    """The value differs from its snapshot, or there is no snapshot yet."""


def serialize(value: Any) -> str:
    """Return ``value`` as stable text that ends with one line end.

    Text stays as it is; other values become JSON with sorted keys.  Sets are
    sorted; what JSON cannot hold raises TypeError.
    """
    if isinstance(value, str):
        return value.rstrip("\n") + "\n"

    def convert(item: Any) -> Any:
        if isinstance(item, (set, frozenset)):
            return sorted(item)
        raise TypeError(f"cannot store a {type(item).__name__} in a snapshot")

    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, default=convert) + "\n"


class SnapshotStore:
    """Snapshots of one directory.

    ``masks`` maps regular expressions to replacements for the volatile parts
    of the text.  With ``update`` every comparison rewrites its snapshot.
    """

    def __init__(
        self, directory: Path, update: bool = False, masks: Mapping[str, str] | None = None
    ) -> None:
        self._directory = directory
        self._update = update
        self._masks = dict(masks or {})
        self.written: list[str] = []

    def check(self, name: str, value: Any) -> None:
        """Raise SnapshotMismatch unless ``value`` equals the snapshot ``name``."""
        if not re.fullmatch(r"[\w\-]+", name):
            raise ValueError(f"bad snapshot name: {name!r}")
        actual = serialize(value)
        for pattern, replacement in self._masks.items():
            actual = re.sub(pattern, replacement, actual)
        path = self._directory / f"{name}.snap"
        expected = path.read_text(encoding="utf-8") if path.exists() else None
        if actual == expected:
            return
        if self._update:
            self._directory.mkdir(parents=True, exist_ok=True)
            path.write_text(actual, encoding="utf-8")
            self.written.append(name)
            return
        if expected is None:
            raise SnapshotMismatch(f"no snapshot {name!r} yet; run once with update")
        diff = difflib.unified_diff(
            expected.splitlines(), actual.splitlines(), "snapshot", "actual", lineterm=""
        )
        raise SnapshotMismatch(f"{name!r} has changed:\n" + "\n".join(diff))

    def unused(self, *names: str) -> list[str]:
        """Return the stored snapshots that are not among ``names``."""
        stored = (path.stem for path in self._directory.glob("*.snap"))
        return sorted(set(stored) - set(names))
