import pytest

from url_checker import ensure_url, is_valid_url, url_problem


def test_valid_urls():
    assert is_valid_url("https://example.org") is True
    assert is_valid_url("HTTP://Sub.Example.org:8080/a/b%20c?x=1&y=[2]#top") is True
    assert is_valid_url("http://192.0.2.7/") is True
    assert is_valid_url("http://[2001:db8::1]:80/") is True
    assert is_valid_url("http://localhost:3000") is True
    assert is_valid_url("https://example.org./") is True
    assert is_valid_url("http://www.2.example") is True


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("", "the URL is empty"),
        ("example.org", "scheme '' is not one of http, https"),
        ("ftp://example.org", "scheme 'ftp' is not one of http, https"),
        ("javascript:alert(1)", "scheme 'javascript' is not one of http, https"),
        ("http://", "the host is missing"),
        ("http:///path", "the host is missing"),
        ("http://a b.org", "character ' ' is not allowed in a URL"),
        ("http://example.org/\n", "character '\\n' is not allowed in a URL"),
        ("http://exa_mple.org", "malformed host 'exa_mple.org'"),
        ("http://-a.org", "malformed host '-a.org'"),
        ("http://a..org", "malformed host 'a..org'"),
        ("http://1.2.3.999", "malformed IP address '1.2.3.999'"),
        ("http://example.org:0", "port 0 cannot be connected to"),
    ],
)
def test_problems_are_explained(url, problem):
    assert url_problem(url) == problem


def test_ports_and_brackets_out_of_form():
    assert is_valid_url("http://example.org:65535") is True
    assert is_valid_url("http://example.org:65536") is False
    assert is_valid_url("http://example.org:x") is False
    assert is_valid_url("http://[::1") is False


def test_long_hosts():
    label = "a" * 63
    assert is_valid_url(f"http://{label}.org") is True
    assert is_valid_url(f"http://{label}a.org") is False
    assert is_valid_url("http://" + ".".join([label] * 4)) is False


def test_other_schemes():
    assert is_valid_url("ftp://example.org", schemes=["ftp"]) is True
    assert is_valid_url("http://example.org", schemes=["https"]) is False


def test_private_hosts_can_be_refused():
    assert url_problem("http://127.0.0.1/", allow_private=False) == "host '127.0.0.1' is not public"
    assert url_problem("http://10.1.2.3/", allow_private=False) == "host '10.1.2.3' is not public"
    assert url_problem("http://[::1]/", allow_private=False) == "host '::1' is not public"
    assert url_problem("http://intranet/", allow_private=False) == "host 'intranet' is not public"
    assert url_problem("http://printer.local", allow_private=False) == "host 'printer.local' is not public"
    assert url_problem("http://8.8.8.8/", allow_private=False) is None
    assert url_problem("http://example.org", allow_private=False) is None


def test_ensure_returns_the_url_or_raises():
    assert ensure_url("  https://example.org/x ") == "https://example.org/x"
    with pytest.raises(ValueError, match="the host is missing"):
        ensure_url("https://")
