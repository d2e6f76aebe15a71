import pytest

from safe_path_joining import UnsafePathError, safe_filename, safe_join


@pytest.mark.parametrize(
    "parts, expected",
    [
        (("a.txt",), "a.txt"),
        (("sub", "b.txt"), "sub/b.txt"),
        (("sub/../c.txt",), "c.txt"),
        (("..data",), "..data"),
    ],
)
def test_paths_inside(tmp_path, parts, expected):
    base = tmp_path / "base"
    assert safe_join(base, *parts) == base.resolve() / expected


def test_base_itself(tmp_path):
    assert safe_join(tmp_path) == tmp_path.resolve()


@pytest.mark.parametrize("part", ["..", "../x", "a/../../x", "../base-evil/x"])
def test_escapes(tmp_path, part):
    with pytest.raises(UnsafePathError, match="leaves the base"):
        safe_join(tmp_path / "base", part)


@pytest.mark.parametrize("part", ["/etc/passwd", "C:\\x", "\\\\server\\share"])
def test_absolute_parts(tmp_path, part):
    with pytest.raises(UnsafePathError, match="absolute path"):
        safe_join(tmp_path, "sub", part)


def test_null_character(tmp_path):
    with pytest.raises(UnsafePathError, match="null character"):
        safe_join(tmp_path, "a\0b")


def test_link_that_leads_out(tmp_path):
    base = tmp_path / "base"
    base.mkdir()
    (base / "out").symlink_to(tmp_path)
    with pytest.raises(UnsafePathError, match="leaves the base"):
        safe_join(base, "out", "secret")


@pytest.mark.parametrize(
    "name, expected",
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\my file?.txt", "my_file_.txt"),
        (".hidden", "hidden"),
        ("...", "file"),
        ("", "file"),
        ("NUL.txt", "_NUL.txt"),
        ("Größe.txt", "Größe.txt"),
    ],
)
def test_safe_filename(name, expected):
    assert safe_filename(name) == expected


def test_long_names_keep_their_suffix():
    assert safe_filename("x" * 50 + ".txt", max_length=10) == "xxxxxx.txt"
