import pytest

from url_query_builder import build_url, read_query, update_query

BASE = "https://api.example.com/v1"


@pytest.mark.parametrize(
    "segments, expected",
    [
        ((), BASE),
        (("users", 42), BASE + "/users/42"),
        (("a/b", "ü ?"), BASE + "/a%2Fb/%C3%BC%20%3F"),
    ],
)
def test_path_segments(segments, expected):
    assert build_url(BASE, *segments) == expected
    assert build_url(BASE + "/", *segments).rstrip("/") == expected


def test_query_values():
    url = build_url(BASE, query={"q": "a b&c", "tag": ["x", "y"], "all": True, "none": None})
    assert url == BASE + "?q=a+b%26c&tag=x&tag=y&all=true"


def test_base_query_is_kept():
    assert build_url("http://h/p?a=1", "x", query={"a": 2}) == "http://h/p/x?a=1&a=2"


@pytest.mark.parametrize("base", ["", "example.com", "ftp://h/", "http://", "javascript:alert(1)"])
def test_bad_base(base):
    with pytest.raises(ValueError, match="not an http address"):
        build_url(base)


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_bad_segment(segment):
    with pytest.raises(ValueError, match="bad path segment"):
        build_url(BASE, segment)


def test_update_query():
    url = "http://h/?page=1&sort=name&x=#top"
    assert update_query(url, {"page": 2}) == "http://h/?sort=name&x=&page=2#top"
    assert update_query(url, {"page": None, "x": None}) == "http://h/?sort=name#top"


def test_read_query():
    assert read_query("http://h/?a=1&b=&a=%C3%BC+2") == {"a": ["1", "ü 2"], "b": [""]}
    assert read_query("http://h/") == {}
