import pytest

from plural_nouns import counted, plural


@pytest.mark.parametrize(
    ("noun", "expected"),
    [
        ("file", "files"),
        ("box", "boxes"),
        ("church", "churches"),
        ("city", "cities"),
        ("day", "days"),
        ("child", "children"),
        ("sheep", "sheep"),
        ("analysis", "analyses"),
    ],
)
def test_rules_and_exceptions(noun, expected):
    assert plural(noun) == expected


def test_case_stays():
    assert plural("Child") == "Children"
    assert plural("BOX") == "BOXES"


def test_counted_phrases():
    assert counted(1, "city") == "1 city"
    assert counted(0, "file") == "0 files"
    assert counted(2, "person") == "2 people"


def test_empty_noun():
    with pytest.raises(ValueError, match="there is no noun"):
        plural("")
