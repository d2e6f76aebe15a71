from pathlib import Path

import pytest

from temp_workspace import working_directory, workspace


def test_files_are_there_inside_the_block(tmp_path):
    with workspace({"a.txt": "hello", "sub/b.bin": b"\x00"}, parent=tmp_path) as space:
        assert space.files() == ["a.txt", "sub/b.bin"]
        assert space.read("a.txt") == "hello"
        assert space.root.parent == tmp_path


def test_directory_is_gone_afterwards(tmp_path):
    with workspace({"a": "x"}, parent=tmp_path):
        assert len(list(tmp_path.iterdir())) == 1
    assert list(tmp_path.iterdir()) == []


def test_directory_is_gone_after_an_error(tmp_path):
    with pytest.raises(RuntimeError):
        with workspace(parent=tmp_path):
            raise RuntimeError("inside")
    assert list(tmp_path.iterdir()) == []


def test_keep(tmp_path):
    with workspace({"a": "x"}, parent=tmp_path, keep=True) as space:
        root = space.root
    assert (root / "a").read_text() == "x"


def test_write_creates_folders_and_returns_the_path(tmp_path):
    with workspace(parent=tmp_path) as space:
        path = space.write("deep/er/note.txt", "ü")
        assert path.read_bytes() == b"\xc3\xbc"
        assert space.files() == ["deep/er/note.txt"]


@pytest.mark.parametrize("name", ["../evil", "/etc/passwd"])
def test_outside_is_refused(tmp_path, name):
    with workspace(parent=tmp_path) as space:
        with pytest.raises(ValueError, match="outside the workspace"):
            space.write(name, "x")


def test_working_directory_changes_back(tmp_path):
    before = Path.cwd()
    with working_directory(tmp_path) as here:
        assert Path.cwd() == here == tmp_path.resolve()
    assert Path.cwd() == before


def test_working_directory_changes_back_after_an_error(tmp_path):
    before = Path.cwd()
    with pytest.raises(KeyError):
        with working_directory(tmp_path):
            raise KeyError("inside")
    assert Path.cwd() == before
