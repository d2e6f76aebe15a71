"""Find files with the same content."""

import hashlib
import os
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path

BLOCK_SIZE = 64 * 1024


def find_duplicates(
    *directories: str | os.PathLike[str], min_size: int = 1
) -> list[list[Path]]:
    """Return groups of two or more identical files below ``directories``.

    Files smaller than ``min_size`` bytes are ignored.  Groups with the largest
    files come first; the paths in a group are sorted.
    """
    files = set(_regular_files(directories, min_size))
    candidates = [files]
    for feature in (_size, _digest):
        candidates = [group for files in candidates for group in _split(files, feature)]
    groups = [sorted(group) for group in candidates]
    return sorted(groups, key=lambda group: (-_size(group[0]), group))


def wasted_bytes(groups: Iterable[list[Path]]) -> int:
    """Return the bytes that would be freed by keeping one file per group."""
    return sum(_size(group[0]) * (len(group) - 1) for group in groups)


def _regular_files(
    directories: Iterable[str | os.PathLike[str]], min_size: int
) -> Iterator[Path]:
    """Yield each file once, even if it has several hard links."""
    seen: set[tuple[int, int]] = set()
    for directory in directories:
        root = Path(directory)
        if not root.is_dir():
            raise NotADirectoryError(f"{root} is not a directory")
        for path in sorted(root.rglob("*")):
            if path.is_symlink() or not path.is_file():
                continue
            info = path.stat()
            identity = (info.st_dev, info.st_ino)
            if info.st_size >= min_size and identity not in seen:
                seen.add(identity)
                yield path


def _split(files: Iterable[Path], feature: Callable[[Path], Hashable]) -> list[set[Path]]:
    """Group ``files`` by ``feature`` and drop the groups with one member."""
    groups: dict[Hashable, set[Path]] = {}
    for path in files:
        groups.setdefault(feature(path), set()).add(path)
    return [group for group in groups.values() if len(group) > 1]


def _size(path: Path) -> int:
    return path.stat().st_size


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK_SIZE):
            digest.update(block)
    return digest.digest()
