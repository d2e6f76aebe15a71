"""Checksums of files and directories."""

import hashlib
import hmac
import os
from pathlib import Path

BLOCK_SIZE = 64 * 1024

PathLike = str | os.PathLike[str]


def file_digest(path: PathLike, algorithm: str = "sha256") -> str:
    """Return the hexadecimal digest of a file's content.

    Raises ValueError for an unknown algorithm.
    """
    digest = hashlib.new(algorithm)
    with open(path, "rb") as stream:
        while block := stream.read(BLOCK_SIZE):
            digest.update(block)
    return digest.hexdigest()


def verify_file(path: PathLike, expected: str, algorithm: str = "sha256") -> bool:
    """Tell whether a file has the ``expected`` digest, in either letter case."""
    actual = file_digest(path, algorithm)
    return hmac.compare_digest(actual.encode(), expected.strip().lower().encode())


def manifest(directory: PathLike, algorithm: str = "sha256") -> dict[str, str]:
    """Return ``{relative path: digest}`` for all files below ``directory``.

    Paths use '/' and are sorted; symbolic links are left out.
    """
    root = Path(directory)
    if not root.is_dir():
        raise NotADirectoryError(f"{root} is not a directory")
    files = (path for path in root.rglob("*") if path.is_file() and not path.is_symlink())
    digests = {path.relative_to(root).as_posix(): file_digest(path, algorithm) for path in files}
    return dict(sorted(digests.items()))


def compare_manifests(old: dict[str, str], new: dict[str, str]) -> dict[str, list[str]]:
    """Return the paths that were added, changed and removed."""
    return {
        "added": sorted(new.keys() - old.keys()),
        "changed": sorted(path for path in old.keys() & new.keys() if old[path] != new[path]),
        "removed": sorted(old.keys() - new.keys()),
    }
