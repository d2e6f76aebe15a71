import pytest

from ini_config_parser import convert_value, parse_ini


def test_sections_hold_typed_pairs():
    text = "[server]\nhost = example.org\nport: 8080\ndebug = yes\n\n[ limits ]\nratio = 0.5\n"
    assert parse_ini(text) == {
        "server": {"host": "example.org", "port": 8080, "debug": True},
        "limits": {"ratio": 0.5},
    }


def test_comments_and_blank_lines_are_skipped():
    assert parse_ini("# top\n; too\n\n[a]\n  # indented\nx = 1 # not a comment\n") == {
        "a": {"x": "1 # not a comment"}
    }
    assert parse_ini("") == {}


def test_keys_before_a_header_and_empty_sections():
    assert parse_ini("x = 1\n[empty]\n") == {"": {"x": 1}, "empty": {}}


def test_first_separator_wins():
    assert parse_ini("url = http://h:1/?a=b\ntime: 12:30=x\nnone =") == {
        "": {"url": "http://h:1/?a=b", "time": "12:30=x", "none": ""}
    }


def test_values_are_converted():
    assert convert_value("-3") == -3
    assert convert_value("1e3") == 1000.0
    assert convert_value("OFF") is False
    assert convert_value("true") is True
    assert convert_value('"42"') == "42"
    assert convert_value("'it") == "'it"
    assert convert_value('"') == '"'
    assert [convert_value(word) for word in ("yes", "on", "no", "false")] == [True, True, False, False]
    assert convert_value("''") == ""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[a]\nx = 1\nx = 2", "line 3: key 'x' appears twice in section 'a'"),
        ("[a]\n[b]\n[a]", "line 3: section 'a' appears twice"),
        ("[a\nx = 1", r"line 1: malformed section header '\[a'"),
        ("[]", "line 1: malformed section header"),
        ("\njust words", "line 2: expected 'key = value', found 'just words'"),
        ("= 1", "line 1: the key is missing"),
    ],
)
def test_mistakes_name_their_line(text, message):
    with pytest.raises(ValueError, match=message):
        parse_ini(text)
