import pytest

from snapshot_compare import SnapshotMismatch, SnapshotStore, serialize


def record(folder, **values):
    store = SnapshotStore(folder, update=True)
    for name, value in values.items():
        store.check(name, value)
    return store


def test_same_value_passes(tmp_path):
    record(tmp_path, report={"b": 1, "a": [1, 2]})
    assert SnapshotStore(tmp_path).check("report", {"a": [1, 2], "b": 1}) is None


def test_difference_is_shown(tmp_path):
    record(tmp_path, text="one\ntwo\n")
    with pytest.raises(SnapshotMismatch, match="'text' has changed") as caught:
        SnapshotStore(tmp_path).check("text", "one\nthree")
    assert str(caught.value).splitlines()[-2:] == ["-two", "+three"]


def test_missing_snapshot(tmp_path):
    with pytest.raises(SnapshotMismatch, match="no snapshot 'new' yet"):
        SnapshotStore(tmp_path).check("new", 1)
    assert list(tmp_path.iterdir()) == []


def test_update_writes_only_what_changed(tmp_path):
    folder = tmp_path / "snaps"
    assert record(folder, a=1, b="x").written == ["a", "b"]
    assert record(folder, a=1, b="y").written == ["b"]
    assert (folder / "b.snap").read_text() == "y\n"


def test_masks(tmp_path):
    masks = {r"\d{4}-\d\d-\d\d": "<date>"}
    SnapshotStore(tmp_path, update=True, masks=masks).check("log", "on 2024-01-31")
    assert (tmp_path / "log.snap").read_text() == "on <date>\n"
    assert SnapshotStore(tmp_path, masks=masks).check("log", "on 2025-12-01") is None


def test_unused(tmp_path):
    record(tmp_path, a=1, b=2, c=3)
    assert SnapshotStore(tmp_path).unused("a", "c") == ["b"]


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a.b"])
def test_bad_names(tmp_path, name):
    with pytest.raises(ValueError, match="bad snapshot name"):
        SnapshotStore(tmp_path).check(name, 1)


@pytest.mark.parametrize(
    "value, expected",
    [
        ("a\n\n", "a\n"),
        ({"k": {3, 1}}, '{\n  "k": [\n    1,\n    3\n  ]\n}\n'),
        ("", "\n"),
        (None, "null\n"),
    ],
)
def test_serialize(value, expected):
    assert serialize(value) == expected


def test_value_that_cannot_be_stored():
    with pytest.raises(TypeError, match="cannot store a object"):
        serialize([object()])
