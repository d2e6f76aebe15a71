import pytest

from query_string_parser import build_query, first_value, parse_query


def test_parse_collects_repeated_keys():
    assert parse_query("tag=a&q=x&tag=b") == {"tag": ["a", "b"], "q": ["x"]}
    assert parse_query("?page=2") == {"page": ["2"]}


def test_parse_decodes_keys_and_values():
    assert parse_query("q=two+words%21&caf%C3%A9=1%2B1") == {"q": ["two words!"], "caf\u00e9": ["1+1"]}


def test_parse_keeps_blank_values_and_extra_equals():
    assert parse_query("flag&empty=&expr=a=b&&") == {"flag": [""], "empty": [""], "expr": ["a=b"]}
    assert parse_query("") == {}


def test_first_value_with_default():
    assert first_value("a=1&a=2", "a") == "1"
    assert first_value("a=1", "b") is None
    assert first_value("a=1", "b", "none") == "none"


def test_build_encodes_and_repeats():
    assert build_query({"q": "a b&c", "n": 3}) == "q=a+b%26c&n=3"
    assert build_query({"tag": ["x", "y"], "skip": None, "z": ("\u00e9",)}) == "tag=x&tag=y&z=%C3%A9"
    assert build_query({}) == ""


def test_build_and_parse_are_inverse():
    assert parse_query(build_query({"k=&": ["1 +", "%"]})) == {"k=&": ["1 +", "%"]}


def test_malformed_escapes_are_refused():
    with pytest.raises(ValueError, match="malformed percent escape in '100%'"):
        parse_query("a=100%")
    with pytest.raises(ValueError, match="malformed"):
        parse_query("a%zz=1")
    with pytest.raises(ValueError, match="not percent-encoded UTF-8"):
        parse_query("a=%ff")
