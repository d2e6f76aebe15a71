import pytest

from nested_dict_access import flatten_keys, get_path, set_path

DATA = {"db": {"hosts": [{"name": "alpha"}, {"name": "beta"}], "port": None}}


@pytest.mark.parametrize(
    "path, expected",
    [
        ("db.hosts.1.name", "beta"),
        ("db.hosts.-1.name", "beta"),
        ("db.port", None),
    ],
)
def test_get_path(path, expected):
    assert get_path(DATA, path) == expected


@pytest.mark.parametrize("path", ["x", "db.x.y", "db.hosts.9", "db.hosts.name", "db.port.deep"])
def test_get_path_missing(path):
    assert get_path(DATA, path, default="none") == "none"
    with pytest.raises(KeyError, match="no value at"):
        get_path(DATA, path)


def test_other_separator():
    assert get_path({"a.b": {"c": 1}}, "a.b/c", sep="/") == 1


def test_set_path_creates_parents():
    data = {"a": {"keep": 1}}
    set_path(data, "a.b.c", 5)
    set_path(data, "top", 6)
    assert data == {"a": {"keep": 1, "b": {"c": 5}}, "top": 6}


def test_set_path_refuses_to_replace_a_leaf():
    data = {"a": 1}
    with pytest.raises(ValueError, match="'a' in 'a.b' is not a dictionary"):
        set_path(data, "a.b", 2)
    assert data == {"a": 1}


def test_flatten_keys():
    assert flatten_keys({"a": {"b": 1, "c": {"d": [2]}}, "e": {}}) == {
        "a.b": 1,
        "a.c.d": [2],
        "e": {},
    }
