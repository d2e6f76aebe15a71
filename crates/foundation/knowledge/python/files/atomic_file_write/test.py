import stat

import pytest

from atomic_file_write import atomic_writer, write_bytes, write_text


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def test_creates_and_replaces(tmp_path):
    path = tmp_path / "note.txt"
    write_text(path, "first")
    write_text(path, "zweite Größe")
    assert path.read_text(encoding="utf-8") == "zweite Größe"
    assert names(tmp_path) == ["note.txt"]


def test_failure_keeps_the_old_content(tmp_path):
    path = tmp_path / "data.bin"
    write_bytes(path, b"old")
    with pytest.raises(RuntimeError, match="half way"):
        with atomic_writer(path) as stream:
            stream.write(b"ne")
            raise RuntimeError("half way")
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["data.bin"]


def test_failure_leaves_no_new_file(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        write_text(tmp_path / "x", "ü", encoding="ascii")
    assert names(tmp_path) == []


def test_target_is_unchanged_until_the_end(tmp_path):
    path = tmp_path / "f"
    write_bytes(path, b"old")
    with atomic_writer(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_permissions(tmp_path):
    path = tmp_path / "f"
    write_bytes(path, b"1")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    path.chmod(0o600)
    write_bytes(path, b"2")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_line_ends_are_kept(tmp_path):
    write_text(tmp_path / "f", "a\r\nb\n")
    assert (tmp_path / "f").read_bytes() == b"a\r\nb\n"


def test_directory_as_target(tmp_path):
    with pytest.raises(IsADirectoryError):
        write_text(tmp_path, "x")


def test_missing_directory(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_text(tmp_path / "no" / "f", "x")
