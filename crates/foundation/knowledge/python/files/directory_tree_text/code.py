"""Draw a directory tree as text."""

import os
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path


def render_tree(
    directory: str | os.PathLike[str],
    max_depth: int | None = None,
    ignore: Sequence[str] = (),
) -> str:
    """Return ``directory`` and what is below it as a tree, one line per entry.

    ``max_depth`` is the number of levels shown below the top.  ``ignore`` holds
    shell patterns for names to leave out.
    """
    root = Path(directory)
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is not a directory")
    if max_depth is not None and max_depth < 0:
        raise ValueError(f"max_depth must not be negative, got {max_depth}")
    lines = [f"{root.name or root}/"]
    lines.extend(_branches(root, "", max_depth, ignore))
    return "\n".join(lines)


def _branches(
    folder: Path, indent: str, depth: int | None, ignore: Sequence[str]
) -> Iterator[str]:
    """Yield the lines for the entries of ``folder``."""
    if depth == 0:
        return
    entries = [
        entry
        for entry in folder.iterdir()
        if not any(fnmatch(entry.name, pattern) for pattern in ignore)
    ]
    entries.sort(key=lambda entry: (not _is_real_folder(entry), entry.name))
    for entry in entries:
        is_last = entry is entries[-1]
        yield f"{indent}{'└── ' if is_last else '├── '}{_label(entry)}"
        if _is_real_folder(entry):
            deeper = None if depth is None else depth - 1
            yield from _branches(
                entry, indent + ("    " if is_last else "│   "), deeper, ignore
            )


def _is_real_folder(path: Path) -> bool:
    """Tell whether ``path`` is a directory and not a link to one."""
    return path.is_dir() and not path.is_symlink()


def _label(path: Path) -> str:
    """Return the name shown for ``path``."""
    if path.is_symlink():
        return f"{path.name} -> {os.readlink(path)}"
    return f"{path.name}/" if path.is_dir() else path.name
