import pytest

from backup_rotation import backup, backups, restore


def write(path, text, keep=3):
    path.write_text(text)
    return backup(path, keep)


def texts(path):
    return [copy.read_text() for copy in backups(path)]


def test_newest_first_and_no_more_than_wanted(tmp_path):
    path = tmp_path / "data.txt"
    for text in "abcd":
        write(path, text)
    assert texts(path) == ["d", "c", "b"]
    assert [copy.name for copy in backups(path)] == ["data.txt.1", "data.txt.2", "data.txt.3"]


def test_unchanged_files_are_not_copied(tmp_path):
    path = tmp_path / "data.txt"
    assert write(path, "a").name == "data.txt.1"
    assert write(path, "a") is None
    assert texts(path) == ["a"]


def test_restore_keeps_the_present(tmp_path):
    path = tmp_path / "data.txt"
    write(path, "a")
    write(path, "b")
    path.write_text("c")
    restore(path, 2)
    assert path.read_text() == "a"
    assert texts(path) == ["c", "b", "a"]


def test_no_such_backup(tmp_path):
    with pytest.raises(FileNotFoundError, match="no backup 1 of x"):
        restore(tmp_path / "x")
    assert backups(tmp_path / "x") == []
