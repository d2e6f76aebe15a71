"""Summarise how one text differs from another, line by line."""

import difflib
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One differing place; line numbers count from 1 and say where the lines are or would be."""

    old_line: int
    removed: tuple[str, ...]
    new_line: int
    added: tuple[str, ...]


@dataclass(frozen=True)
class DiffSummary:
    """How many lines were added, removed and kept."""

    added: int
    removed: int
    kept: int

    @property
    def ratio(self) -> float:
        """Similarity from 0.0 to 1.0: kept lines counted in both texts over all lines."""
        total = 2 * self.kept + self.added + self.removed
        return 2 * self.kept / total if total else 1.0

    def __str__(self) -> str:
        if not self.added and not self.removed:
            return "no changes"
        return f"{self.added} added, {self.removed} removed, {self.kept} kept"


def find_changes(old: str, new: str) -> list[Change]:
    """Return the places where ``old`` and ``new`` differ, from top to bottom."""
    before, after = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [
        Change(low + 1, tuple(before[low:high]), start + 1, tuple(after[start:end]))
        for kind, low, high, start, end in matcher.get_opcodes()
        if kind != "equal"
    ]


def summarize_diff(old: str, new: str) -> DiffSummary:
    """Return the numbers of added, removed and kept lines."""
    changes = find_changes(old, new)
    removed = sum(len(change.removed) for change in changes)
    return DiffSummary(
        added=sum(len(change.added) for change in changes),
        removed=removed,
        kept=len(old.splitlines()) - removed,
    )


def unified(old: str, new: str, name: str = "text", context: int = 3) -> str:
    """Return a unified diff, or the empty string when the texts have the same lines."""
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"a/{name}", f"b/{name}", n=context, lineterm=""
    )
    return "\n".join(lines)
