import pytest

from directory_sizes import folder_sizes, human_size, largest_files, walk_files


@pytest.fixture
def tree(tmp_path):
    root = tmp_path / "root"
    (root / "a" / "deep").mkdir(parents=True)
    (root / "empty").mkdir()
    (root / "top.bin").write_bytes(b"x" * 10)
    (root / "a" / "one.bin").write_bytes(b"x" * 20)
    (root / "a" / "deep" / "two.bin").write_bytes(b"x" * 300)
    return root


def test_walk_files(tree):
    found = [(path.relative_to(tree).as_posix(), size) for path, size in walk_files(tree)]
    assert found == [("top.bin", 10), ("a/one.bin", 20), ("a/deep/two.bin", 300)]


def test_folder_sizes_include_subfolders(tree):
    assert folder_sizes(tree) == {".": 330, "a": 320, "a/deep": 300}


def test_links_are_not_followed(tree):
    (tree / "loop").symlink_to(tree)
    (tree / "again").symlink_to(tree / "top.bin")
    assert folder_sizes(tree)["."] == 330


def test_empty_directory(tmp_path):
    assert folder_sizes(tmp_path) == {".": 0}


def test_largest_files(tree):
    assert [(path.name, size) for path, size in largest_files(tree, 2)] == [
        ("two.bin", 300),
        ("one.bin", 20),
    ]


def test_file_instead_of_directory(tree):
    with pytest.raises(NotADirectoryError):
        folder_sizes(tree / "top.bin")


@pytest.mark.parametrize(
    "size, expected",
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1536, "1.5 KiB"),
        (5 * 1024**3, "5.0 GiB"),
        (2048 * 1024**5, "2048.0 PiB"),
    ],
)
def test_human_size(size, expected):
    assert human_size(size) == expected


def test_negative_size():
    with pytest.raises(ValueError, match="must not be negative"):
        human_size(-1)
