"""Temporary directories for a block of code."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


class Workspace:
    """A directory addressed by relative paths with '/'."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, name: str) -> Path:
        """Return the full path of ``name``; ValueError if it lies outside."""
        full = (self.root / name).resolve()
        if not full.is_relative_to(self.root.resolve()):
            raise ValueError(f"{name!r} is outside the workspace")
        return full

    def write(self, name: str, content: str | bytes) -> Path:
        """Create a file and the folders it needs."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        return path

    def read(self, name: str) -> str:
        """Return the text of a file."""
        return self.path(name).read_bytes().decode("utf-8")

    def files(self) -> list[str]:
        """Return the names of all files, sorted."""
        paths = (path for path in self.root.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.root).as_posix() for path in paths)


@contextmanager
def workspace(
    files: Mapping[str, str | bytes] | None = None,
    parent: str | os.PathLike[str] | None = None,
    keep: bool = False,
) -> Iterator[Workspace]:
    """Create a temporary directory holding ``files``; delete it afterwards.

    It is made below ``parent`` if given, else where the system puts temporary
    files.  With ``keep`` it is not deleted.
    """
    root = Path(tempfile.mkdtemp(prefix="work-", dir=parent))
    try:
        space = Workspace(root)
        for name, content in (files or {}).items():
            space.write(name, content)
        yield space
    finally:
        if not keep:
            shutil.rmtree(root, ignore_errors=True)


@contextmanager
def working_directory(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Make ``path`` the current directory of the process for a block."""
    before = Path.cwd()
    os.chdir(path)
    try:
        yield Path.cwd()
    finally:
        os.chdir(before)
