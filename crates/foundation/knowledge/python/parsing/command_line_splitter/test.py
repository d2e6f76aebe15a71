import pytest

from command_line_splitter import join_command, parse_arguments, split_command


def test_split_on_spaces_and_quotes():
    assert split_command("copy  a.txt 'my file.txt' \"b c\"") == ["copy", "a.txt", "my file.txt", "b c"]
    assert split_command("") == []
    assert split_command("x ''") == ["x", ""]


def test_split_honours_escapes():
    assert split_command(r"a\ b 'c\d' " + r'"e\"f"') == ["a b", r"c\d", 'e"f']
    assert split_command("--name='two words'") == ["--name=two words"]


def test_split_comments_on_request():
    assert split_command("a b # c", comments=True) == ["a", "b"]
    assert split_command("a b # c") == ["a", "b", "#", "c"]


def test_split_refuses_open_quotes():
    with pytest.raises(ValueError, match="No closing quotation"):
        split_command("say 'hi")
    with pytest.raises(ValueError, match="No escaped character"):
        split_command("end\\")


def test_join_is_the_inverse():
    assert join_command(["echo", "two words", "it's", ""]) == "echo 'two words' 'it'\"'\"'s' ''"
    assert split_command(join_command(["a b", "$HOME", "\"'", "*"])) == ["a b", "$HOME", "\"'", "*"]


def test_options_and_positionals():
    assert parse_arguments(["run", "--level=3", "--fast", "-xv", "file", "--empty=", "-"]) == (
        {"level": "3", "fast": True, "x": True, "v": True, "empty": ""},
        ["run", "file", "-"],
    )
    assert parse_arguments(["--a=b=c"]) == ({"a": "b=c"}, [])


def test_double_dash_ends_options():
    assert parse_arguments(["-a", "--", "-b", "--", "--c"]) == ({"a": True}, ["-b", "--", "--c"])


def test_bad_options():
    with pytest.raises(ValueError, match="option 'a' is given twice"):
        parse_arguments(["-a", "--a=1"])
    with pytest.raises(ValueError, match="option without a name"):
        parse_arguments(["--=x"])
