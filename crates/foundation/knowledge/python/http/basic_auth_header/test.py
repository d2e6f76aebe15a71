import pytest

from basic_auth_header import basic_auth, bearer_token, check_basic_auth, parse_basic_auth


def test_known_header():
    assert basic_auth("Aladdin", "open sesame") == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="


@pytest.mark.parametrize(
    "user, password", [("ann", "secret"), ("", ""), ("jörg", "p:a:s:s"), ("a b", "€")]
)
def test_there_and_back(user, password):
    assert parse_basic_auth(basic_auth(user, password)) == (user, password)


def test_scheme_is_not_case_sensitive():
    assert parse_basic_auth("bAsIc  dTpw ") == ("u", "p")


@pytest.mark.parametrize(
    "user, password, message", [("a:b", "x", "colon"), ("a", "x\r\n", "control characters")]
)
def test_forbidden_characters(user, password, message):
    with pytest.raises(ValueError, match=message):
        basic_auth(user, password)


@pytest.mark.parametrize(
    "header, message",
    [
        ("", "not basic"),
        ("Bearer abc", "not basic"),
        ("Basic !!!", "not valid Base64"),
        ("Basic /w==", "not valid Base64"),
        ("Basic dXNlcg==", "no colon"),
    ],
)
def test_invalid_headers(header, message):
    with pytest.raises(ValueError, match=message):
        parse_basic_auth(header)


@pytest.mark.parametrize(
    "header, expected",
    [
        (basic_auth("ann", "secret"), True),
        (basic_auth("ann", "Secret"), False),
        (basic_auth("bob", "secret"), False),
        ("Basic ???", False),
        (None, False),
    ],
)
def test_check(header, expected):
    assert check_basic_auth(header, "ann", "secret") is expected


@pytest.mark.parametrize(
    "header, expected",
    [("Bearer abc.def", "abc.def"), ("bearer  x ", "x"), ("Bearer", None), ("Basic x", None), (None, None)],
)
def test_bearer_token(header, expected):
    assert bearer_token(header) == expected
