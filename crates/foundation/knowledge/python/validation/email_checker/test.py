import pytest

from email_checker import is_valid_email, normalize_email


def test_domain_is_lowered_and_local_part_kept():
    assert normalize_email(" Ada.Lovelace@Example.ORG ") == "Ada.Lovelace@example.org"
    assert normalize_email("a+tag@mail.example.co.uk") == "a+tag@mail.example.co.uk"
    assert normalize_email("o'neil_x!@x-y.io") == "o'neil_x!@x-y.io"
    assert normalize_email("ada@mail.1.example") == "ada@mail.1.example"


def test_international_domains_become_ascii():
    assert normalize_email("info@b\u00fccher.example") == "info@xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("plain", "the @ is missing"),
        ("@example.org", "both sides"),
        ("ada@", "both sides"),
        ("a@b@example.org", "malformed part before the @: 'a@b'"),
        (".ada@example.org", "malformed part"),
        ("ada..l@example.org", "malformed part"),
        ("ada l@example.org", "malformed part"),
        ("ada@localhost", "at least one dot"),
        ("ada@-x.org", "malformed domain: '-x.org'"),
        ("ada@x..org", "malformed domain"),
        ("ada@ex_ample.org", "malformed domain"),
        ("ada@127.0.0.1", "must not end in a number"),
    ],
)
def test_reasons_for_rejection(address, message):
    with pytest.raises(ValueError, match=message):
        normalize_email(address)


def test_length_limits():
    assert is_valid_email("a" * 64 + "@example.org") is True
    with pytest.raises(ValueError, match="longer than 64"):
        normalize_email("a" * 65 + "@example.org")
    domain = ".".join(["d" * 60] * 4)
    assert is_valid_email("a" * 10 + "@" + domain) is True
    with pytest.raises(ValueError, match="longer than 254"):
        normalize_email("a" * 11 + "@" + domain)


def test_validity_as_boolean():
    assert is_valid_email("ada@example.org") is True
    assert is_valid_email("ada@example") is False
    assert is_valid_email("") is False
