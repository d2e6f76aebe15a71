"""Semantic versions: parsing, ordering and incrementing."""

import re
from dataclasses import dataclass
from functools import total_ordering

_NUMBER = r"(?:0|[1-9][0-9]*)"
_LABEL = rf"(?:{_NUMBER}|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = re.compile(
    rf"v?({_NUMBER})\.({_NUMBER})\.({_NUMBER})"
    rf"(?:-({_LABEL}(?:\.{_LABEL})*))?"
    r"(?:\+([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?"
)


@total_ordering
@dataclass(frozen=True, eq=False)
class Version:
    """A semantic version; versions that differ only in ``build`` are equal."""

    major: int
    minor: int
    patch: int
    prerelease: tuple[str, ...] = ()
    build: str = ""

    def _key(self) -> tuple[object, ...]:
        """Return what ordering is based on: a release sorts after its pre-releases."""
        labels = tuple(
            (0, int(label), "") if label.isdigit() else (1, 0, label) for label in self.prerelease
        )
        return (self.major, self.minor, self.patch, not self.prerelease, labels)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Version):
            return NotImplemented
        return self._key() == other._key()

    def __lt__(self, other: "Version") -> bool:
        if not isinstance(other, Version):
            return NotImplemented
        return self._key() < other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        text = f"{self.major}.{self.minor}.{self.patch}"
        if self.prerelease:
            text += "-" + ".".join(self.prerelease)
        return f"{text}+{self.build}" if self.build else text


def parse_version(text: str) -> Version:
    """Return the version written in ``text``; raise ValueError when it is not one."""
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not a semantic version: {text!r}")
    major, minor, patch, labels, build = match.groups()
    prerelease = tuple(labels.split(".")) if labels else ()
    return Version(int(major), int(minor), int(patch), prerelease, build or "")


def bump(version: Version, part: str) -> Version:
    """Return the next release after ``version``; ``part`` is major, minor or patch.

    A pre-release becomes its own release when that is the step asked for.
    """
    if part not in ("major", "minor", "patch"):
        raise ValueError(f"part must be major, minor or patch, not {part!r}")
    major, minor, patch = version.major, version.minor, version.patch
    pending = bool(version.prerelease)
    if part == "major":
        return Version(major if pending and minor == patch == 0 else major + 1, 0, 0)
    if part == "minor":
        return Version(major, minor if pending and patch == 0 else minor + 1, 0)
    return Version(major, minor, patch if pending else patch + 1)
