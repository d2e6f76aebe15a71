"""Numbered backups of a file."""

import shutil
from pathlib import Path


def backup(path: Path, keep: int = 5) -> Path | None:
    """Copy the file to ``NAME.1`` and move older copies up; None where nothing has changed."""
    if keep < 1:
        raise ValueError("one backup must be kept at least")
    newest = _numbered(path, 1)
    if newest.exists() and newest.read_bytes() == path.read_bytes():
        return None
    for number in range(_last(path), 0, -1):
        copy = _numbered(path, number)
        if number >= keep:
            copy.unlink()
        else:
            copy.rename(_numbered(path, number + 1))
    shutil.copy2(path, newest)
    return newest


def backups(path: Path) -> list[Path]:
    """Return the backups, the newest first."""
    return [_numbered(path, number) for number in range(1, _last(path) + 1)]


def restore(path: Path, number: int = 1, keep: int = 5) -> None:
    """Bring a backup back; the present content is backed up before."""
    copy = _numbered(path, number)
    if not copy.exists():
        raise FileNotFoundError(f"there is no backup {number} of {path.name}")
    content = copy.read_bytes()
    if path.exists():
        backup(path, keep)
    path.write_bytes(content)


def _numbered(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")


def _last(path: Path) -> int:
    number = 0
    while _numbered(path, number + 1).exists():
        number += 1
    return number
