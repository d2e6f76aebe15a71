import io

import pytest

from argparse_skeleton import main


def run(*arguments):
    out = io.StringIO()
    return main(arguments, out), out.getvalue()


def test_sum():
    assert run("sum", "1", "2.5") == (0, "3.5\n")


def test_repeat_with_options():
    assert run("repeat", "hi") == (0, "hi\nhi\n")
    assert run("repeat", "hi", "-n", "1", "--upper") == (0, "HI\n")


def test_user_error_is_short(capsys):
    assert run("sum", "5", "6", "--limit", "10") == (2, "")
    assert capsys.readouterr().err == "tool: error: total 11 is above the limit 10\n"


def test_default_output_is_stdout(capsys):
    assert main(["sum", "4"]) == 0
    assert capsys.readouterr().out == "4\n"


@pytest.mark.parametrize(
    "arguments, message",
    [
        ([], "required: command"),
        (["fly"], "invalid choice"),
        (["sum"], "required: numbers"),
        (["repeat", "x", "-n", "0"], "0 is not above zero"),
        (["repeat", "x", "-n", "two"], "'two' is not a number"),
    ],
)
def test_wrong_usage(arguments, message, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert message in capsys.readouterr().err


def test_version(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out == "tool 1.0\n"
