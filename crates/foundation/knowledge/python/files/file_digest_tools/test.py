import hashlib

import pytest

from file_digest_tools import compare_manifests, file_digest, manifest, verify_file

ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def abc(tmp_path):
    path = tmp_path / "abc.txt"
    path.write_bytes(b"abc")
    return path


@pytest.mark.parametrize(
    "algorithm, expected",
    [
        ("sha256", ABC),
        ("md5", "900150983cd24fb0d6963f7d28e17f72"),
        ("sha1", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ],
)
def test_known_digests(abc, algorithm, expected):
    assert file_digest(abc, algorithm) == expected


def test_content_longer_than_a_block(tmp_path):
    path = tmp_path / "big"
    content = bytes(range(256)) * 700
    path.write_bytes(content)
    assert file_digest(path) == hashlib.sha256(content).hexdigest()


def test_unknown_algorithm(abc):
    with pytest.raises(ValueError):
        file_digest(abc, "sha999")


def test_verify(abc):
    assert verify_file(abc, ABC.upper() + "\n") is True
    assert verify_file(abc, "0" * 64) is False


def test_manifest(abc, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "empty").touch()
    (tmp_path / "link").symlink_to(abc)
    assert manifest(tmp_path, "md5") == {
        "abc.txt": "900150983cd24fb0d6963f7d28e17f72",
        "sub/empty": "d41d8cd98f00b204e9800998ecf8427e",
    }


def test_manifest_needs_a_directory(abc):
    with pytest.raises(NotADirectoryError):
        manifest(abc)


def test_compare_manifests():
    old = {"a": "1", "b": "2", "c": "3"}
    new = {"b": "2", "c": "9", "d": "4"}
    assert compare_manifests(old, new) == {"added": ["d"], "changed": ["c"], "removed": ["a"]}
