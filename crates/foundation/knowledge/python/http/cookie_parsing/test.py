import pytest

from cookie_parsing import Cookie, parse_cookies, sign, unsign


@pytest.mark.parametrize(
    "header, expected",
    [
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1; a=2", {"a": "1"}),
        ('token="x=y"', {"token": "x=y"}),
        ("name=J%C3%B6rg%20M", {"name": "Jörg M"}),
        ("", {}),
        ("junk; =x; bad name=1; ok=", {"ok": ""}),
    ],
)
def test_parse(header, expected):
    assert parse_cookies(header) == expected


def test_careful_defaults():
    assert Cookie("id", "42").header() == "id=42; Path=/; Secure; HttpOnly; SameSite=Lax"


def test_all_attributes():
    cookie = Cookie("id", "x", max_age=0, path="/app", secure=False, http_only=False, same_site="Strict")
    assert cookie.header() == "id=x; Max-Age=0; Path=/app; SameSite=Strict"


@pytest.mark.parametrize("value", ["a;b, c", 'quo"te', "ü\r\nX: 1", "100%", "a\\b"])
def test_any_value_survives(value):
    pair = Cookie("v", value).header().split("; ")[0]
    assert pair.isascii() is True
    assert parse_cookies(pair) == {"v": value}


@pytest.mark.parametrize(
    "options",
    [
        {"name": ""},
        {"name": "a b"},
        {"name": "a", "same_site": "lax"},
        {"name": "a", "same_site": "None", "secure": False},
        {"name": "a", "path": "/;x"},
    ],
)
def test_bad_cookies(options):
    with pytest.raises(ValueError):
        Cookie(value="v", **options)


def test_sign_and_unsign():
    signed = sign("user.7", b"key")
    assert signed.startswith("user.7.")
    assert unsign(signed, b"key") == "user.7"


@pytest.mark.parametrize("signed", ["user.8" + sign("user.7", b"key")[6:], "user.7", "", "ü"])
def test_changed_value_is_refused(signed):
    with pytest.raises(ValueError, match="signature does not match"):
        unsign(signed, b"key")


def test_other_key_is_refused():
    with pytest.raises(ValueError):
        unsign(sign("a", b"one"), b"two")
