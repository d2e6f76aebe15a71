import pytest

from bulk_renamer import apply, check, plan_numbers, plan_replace


@pytest.fixture
def folder(tmp_path):
    for name in ("IMG_1.jpg", "IMG_2.jpg", "notes.txt"):
        (tmp_path / name).write_text(name)
    return tmp_path


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_pattern(folder):
    plan = plan_replace(folder, r"^IMG_(\d)", r"photo-\1")
    assert plan == {"IMG_1.jpg": "photo-1.jpg", "IMG_2.jpg": "photo-2.jpg"}
    assert apply(folder, plan) == 2
    assert names(folder) == ["notes.txt", "photo-1.jpg", "photo-2.jpg"]


def test_numbers(folder):
    assert plan_numbers(folder, "file", 2) == {
        "IMG_1.jpg": "file01.jpg",
        "IMG_2.jpg": "file02.jpg",
        "notes.txt": "file03.txt",
    }


def test_names_can_be_swapped(folder):
    apply(folder, {"IMG_1.jpg": "IMG_2.jpg", "IMG_2.jpg": "IMG_1.jpg"})
    assert (folder / "IMG_1.jpg").read_text() == "IMG_2.jpg"


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"IMG_1.jpg": "a", "IMG_2.jpg": "a"}, "several files would be called 'a'"),
        ({"IMG_1.jpg": "notes.txt"}, "'notes.txt' exists already"),
        ({"IMG_1.jpg": "../x"}, "'../x' is not a file name"),
    ],
)
def test_nothing_is_lost(folder, plan, message):
    with pytest.raises(ValueError, match=message):
        check(folder, plan)
    with pytest.raises(ValueError, match=message):
        apply(folder, plan)
    assert names(folder) == ["IMG_1.jpg", "IMG_2.jpg", "notes.txt"]
    assert plan_replace(folder, "x$", "y") == {}
