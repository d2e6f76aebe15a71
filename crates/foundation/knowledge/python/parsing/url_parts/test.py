import pytest

from url_parts import UrlParts, parse_url


def test_all_parts():
    assert parse_url("HTTPS://Example.org:8443/a/b%20c?x=1&y=2#top") == UrlParts(
        "https", "example.org", 8443, "/a/b%20c", "x=1&y=2", "top"
    )
    assert parse_url(" http://example.org ") == UrlParts("http", "example.org")


def test_ports():
    assert parse_url("http://h").effective_port == 80
    assert parse_url("wss://h/x").effective_port == 443
    assert parse_url("http://h:8080").effective_port == 8080
    assert parse_url("gopher://h").effective_port is None
    assert parse_url("ws://h").effective_port == 80
    assert parse_url("ftp://h").effective_port == 21


def test_origin_leaves_out_default_ports():
    assert parse_url("https://h:443/x?y").origin == "https://h"
    assert parse_url("https://h:80/").origin == "https://h:80"
    assert parse_url("http://[2001:DB8::1]:8080/").origin == "http://[2001:db8::1]:8080"


def test_segments():
    assert parse_url("http://h/a//b/").segments == ["a", "b"]
    assert parse_url("http://h").segments == []


def test_text_round_trip():
    assert str(parse_url("http://h:81/p/?q=1#f")) == "http://h:81/p/?q=1#f"
    assert str(parse_url("https://h:443")) == "https://h"


def test_changes_make_a_new_value():
    url = parse_url("http://h/old?q=1")
    assert str(url.with_changes(scheme="https", path="new", query="")) == "https://h/new"
    assert str(url) == "http://h/old?q=1"
    with pytest.raises(TypeError):
        url.with_changes(colour="red")


@pytest.mark.parametrize("url", ["", "/relative", "example.org/x", "mailto:a@b.org", "http:///x"])
def test_urls_that_are_not_absolute(url):
    with pytest.raises(ValueError, match="not an absolute URL"):
        parse_url(url)


def test_bad_ports_and_credentials():
    with pytest.raises(ValueError, match="[Pp]ort"):
        parse_url("http://h:99999/")
    with pytest.raises(ValueError, match="credentials"):
        parse_url("http://user:pw@h/")
