import zipfile

import pytest

from zip_archiver import names, unzip, zip_folder


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "a.txt").write_text("one")
    (tmp_path / "in" / "sub" / "b.txt").write_text("two")
    return tmp_path / "in"


def test_there_and_back(folder, tmp_path):
    assert zip_folder(folder, tmp_path / "x.zip") == 2
    assert names(tmp_path / "x.zip") == ["a.txt", "sub/b.txt"]
    assert unzip(tmp_path / "x.zip", tmp_path / "out") == 2
    assert (tmp_path / "out" / "sub" / "b.txt").read_text() == "two"


def test_equal_folders_give_equal_bytes(folder, tmp_path):
    zip_folder(folder, tmp_path / "1.zip")
    zip_folder(folder, tmp_path / "2.zip")
    same = (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    assert same is True
    assert names(tmp_path / "2.zip") == ["a.txt", "sub/b.txt"]


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil"])
def test_paths_that_lead_outside(tmp_path, name):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as packed:
        packed.writestr("fine", "x")
        packed.writestr(name, "x")
    with pytest.raises(ValueError, match="leads outside"):
        unzip(tmp_path / "x.zip", tmp_path / "out")
    assert (tmp_path / "out").exists() is False


def test_bounds(folder, tmp_path):
    zip_folder(folder, tmp_path / "x.zip")
    with pytest.raises(ValueError, match="too large"):
        unzip(tmp_path / "x.zip", tmp_path / "out", max_bytes=5)
    with pytest.raises(ValueError, match="2 files are too many"):
        unzip(tmp_path / "x.zip", tmp_path / "out", max_files=1)
