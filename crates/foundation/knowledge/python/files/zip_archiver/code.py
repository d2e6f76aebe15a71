"""Folders in zip archives, and out of them."""

import zipfile
from pathlib import Path, PurePosixPath

EPOCH = (1980, 1, 1, 0, 0, 0)


def zip_folder(folder: Path, archive: Path) -> int:
    """Pack all files below ``folder`` and return how many there are."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != archive)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in files:
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())
    return len(files)


def names(archive: Path) -> list[str]:
    """Return the paths in an archive."""
    with zipfile.ZipFile(archive) as packed:
        return packed.namelist()


def unzip(
    archive: Path, folder: Path, max_bytes: int = 100_000_000, max_files: int = 10_000
) -> int:
    """Unpack into ``folder`` and return how many files there were; hostile archives are refused."""
    with zipfile.ZipFile(archive) as packed:
        entries = [entry for entry in packed.infolist() if not entry.is_dir()]
        if len(entries) > max_files:
            raise ValueError(f"{len(entries)} files are too many")
        if sum(entry.file_size for entry in entries) > max_bytes:
            raise ValueError("the files are too large")
        for entry in entries:
            path = PurePosixPath(entry.filename)
            if path.is_absolute() or ".." in path.parts or "\\" in entry.filename:
                raise ValueError(f"{entry.filename!r} leads outside")
        for entry in entries:
            target = folder / entry.filename
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(packed.read(entry))
    return len(entries)
