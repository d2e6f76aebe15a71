import pytest

from file_search import find_files, grep


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "src" / ".cache").mkdir(parents=True)
    (tmp_path / "src" / "main.py").write_text("import os\nprint(os.name)\n")
    (tmp_path / "src" / "data.BIN").write_bytes(b"\xff\xfe\x00os")
    (tmp_path / "src" / ".cache" / "old.py").write_text("os")
    (tmp_path / "notes.txt").write_text("nothing")
    return tmp_path


def test_extension(tree):
    assert find_files(tree, extensions=("py",)) == ["src/main.py"]
    assert find_files(tree, extensions=("txt", ".bin")) == ["notes.txt", "src/data.BIN"]


def test_pattern_and_size(tree):
    assert find_files(tree, "n*") == ["notes.txt"]
    assert find_files(tree, min_size=10) == ["src/main.py"]


def test_hidden_files(tree):
    assert find_files(tree, "*.py", hidden=True) == ["src/.cache/old.py", "src/main.py"]


def test_links_to_folders_are_not_followed(tree):
    (tree / "loop").symlink_to(tree)
    assert find_files(tree, "*.txt") == ["notes.txt"]


def test_lines_in_files(tree):
    assert grep(tree, r"\bos\b") == [
        ("src/main.py", 1, "import os"),
        ("src/main.py", 2, "print(os.name)"),
    ]
