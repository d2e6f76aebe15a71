"""Files found by name, and lines found in files."""

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path


def find_files(
    root: Path,
    pattern: str = "*",
    extensions: tuple[str, ...] = (),
    min_size: int = 0,
    hidden: bool = False,
) -> list[str]:
    """Return the paths of files below ``root``, relative to it, sorted."""
    wanted = {"." + extension.lower().lstrip(".") for extension in extensions}
    found = []
    for path in _walk(root, hidden):
        if not fnmatch(path.name, pattern) or (wanted and path.suffix.lower() not in wanted):
            continue
        if path.stat().st_size >= min_size:
            found.append(path.relative_to(root).as_posix())
    return sorted(found)


def grep(root: Path, regex: str, pattern: str = "*") -> list[tuple[str, int, str]]:
    """Return matching lines as ``(path, line number, line)``; files that are no text are skipped."""
    compiled = re.compile(regex)
    matches = []
    for name in find_files(root, pattern):
        try:
            lines = (root / name).read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        numbered = enumerate(lines, 1)
        matches += [(name, number, line) for number, line in numbered if compiled.search(line)]
    return matches


def _walk(folder: Path, hidden: bool) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") and not hidden:
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path, hidden)
        elif path.is_file():
            yield path
