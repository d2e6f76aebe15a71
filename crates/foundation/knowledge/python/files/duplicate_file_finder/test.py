import os

import pytest

from duplicate_file_finder import find_duplicates, wasted_bytes


@pytest.fixture
def make(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


def test_finds_copies_in_subfolders(make, tmp_path):
    first = make("a.txt", b"same")
    second = make("sub/b.txt", b"same")
    make("c.txt", b"other")
    assert find_duplicates(tmp_path) == [[first, second]]


def test_same_size_is_not_enough(make, tmp_path):
    make("a", b"1234")
    make("b", b"4321")
    assert find_duplicates(tmp_path) == []


def test_largest_groups_first(make, tmp_path):
    small = [make("s1", b"x"), make("s2", b"x")]
    large = [make("l1", b"y" * 100), make("l2", b"y" * 100), make("l3", b"y" * 100)]
    assert find_duplicates(tmp_path) == [large, small]


def test_empty_files_only_on_request(make, tmp_path):
    empty = [make("e1", b""), make("e2", b"")]
    assert find_duplicates(tmp_path) == []
    assert find_duplicates(tmp_path, min_size=0) == [empty]


def test_links_are_not_duplicates(make, tmp_path):
    original = make("a", b"data")
    os.link(original, tmp_path / "hard")
    (tmp_path / "soft").symlink_to(original)
    assert find_duplicates(tmp_path) == []


def test_several_directories_that_overlap(make, tmp_path):
    first, second = make("x/a", b"data"), make("y/b", b"data")
    assert find_duplicates(tmp_path / "x", tmp_path / "y", tmp_path) == [[first, second]]


def test_wasted_bytes(make, tmp_path):
    for name in ("a", "b", "c"):
        make(name, b"12345")
    assert wasted_bytes(find_duplicates(tmp_path)) == 10
    assert wasted_bytes([]) == 0


def test_missing_directory(tmp_path):
    with pytest.raises(NotADirectoryError):
        find_duplicates(tmp_path / "none")
