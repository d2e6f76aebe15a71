"""Find out what takes up space below a directory."""

import heapq
import os
from collections.abc import Iterator
from pathlib import Path

UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def walk_files(directory: str | os.PathLike[str]) -> Iterator[tuple[Path, int]]:
    """Yield ``(path, size)`` of every regular file below ``directory``.

    Folders below it that cannot be read are skipped.
    """
    root = Path(directory)
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is not a directory")
    for folder, subfolders, names in os.walk(root):
        subfolders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink():
                yield path, path.stat().st_size


def folder_sizes(directory: str | os.PathLike[str]) -> dict[str, int]:
    """Return the total bytes below each folder, by path relative to ``directory``.

    The directory itself is ".".  Folders without files are left out.
    """
    root = Path(directory)
    sizes: dict[str, int] = {".": 0}
    for path, size in walk_files(root):
        for folder in path.relative_to(root).parents:
            sizes[folder.as_posix()] = sizes.get(folder.as_posix(), 0) + size
    return dict(sorted(sizes.items()))


def largest_files(directory: str | os.PathLike[str], n: int = 10) -> list[tuple[Path, int]]:
    """Return the ``n`` largest files, biggest first."""
    return heapq.nlargest(n, walk_files(directory), key=lambda entry: entry[1])


def human_size(size: int) -> str:
    """Return a byte count such as "1.5 KiB"."""
    if size < 0:
        raise ValueError(f"size must not be negative, got {size}")
    amount = float(size)
    for unit in UNITS:
        if amount < 1024 or unit == UNITS[-1]:
            break
        amount /= 1024
    return f"{size} B" if unit == "B" else f"{amount:.1f} {unit}"
