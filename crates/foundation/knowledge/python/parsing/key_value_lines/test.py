import pytest

from key_value_lines import parse_pairs


def test_plain_pairs():
    assert parse_pairs("HOST=localhost\nPORT = 80\napp.name=x y \n") == {
        "HOST": "localhost",
        "PORT": "80",
        "app.name": "x y",
    }
    assert parse_pairs("URL=http://h/?a=b") == {"URL": "http://h/?a=b"}


def test_comments_blank_lines_and_export():
    assert parse_pairs("# note\n\n  export A=1 # why\nB=# empty\nC=") == {"A": "1", "B": "", "C": ""}


def test_quoted_values():
    assert parse_pairs("A=' x # y '") == {"A": " x # y "}
    assert parse_pairs('A="x # y" # note') == {"A": "x # y"}
    assert parse_pairs("A='a\\nb'") == {"A": "a\\nb"}
    assert parse_pairs("A=''") == {"A": ""}


def test_escapes_in_double_quotes():
    assert parse_pairs(r'A="a\nb\tc"') == {"A": "a\nb\tc"}
    assert parse_pairs(r'A="say \"hi\" \\ \r"') == {"A": 'say "hi" \\ \r'}


def test_last_value_wins():
    assert parse_pairs("A=1\nB=2\nA=3") == {"A": "3", "B": "2"}


@pytest.mark.parametrize("line", ["no equals", "1A=x", '=x', 'A="open', "A='a'b", "A-B=1"])
def test_malformed_lines_are_located(line):
    with pytest.raises(ValueError, match="line 2: expected KEY=value"):
        parse_pairs("OK=1\n" + line)
