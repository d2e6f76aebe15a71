import io

import pytest

from colored_text import Painter, paint, strip_colors, use_color


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_single_and_combined_styles():
    assert paint("hi", "red") == "\x1b[31mhi\x1b[0m"
    assert paint("hi", "bold", "green") == "\x1b[1m\x1b[32mhi\x1b[0m"


def test_nothing_to_paint():
    assert paint("", "red") == ""
    assert paint("hi") == "hi"


def test_outer_style_goes_on_after_inner():
    assert paint("a" + paint("b", "bold") + "c", "red") == (
        "\x1b[31ma\x1b[1mb\x1b[0m\x1b[31mc\x1b[0m"
    )


def test_unknown_style():
    with pytest.raises(ValueError, match="unknown style 'pink'"):
        paint("x", "pink")


def test_strip_colors():
    assert strip_colors("\x1b[1;31mred\x1b[0m plain") == "red plain"


@pytest.mark.parametrize(
    "stream, environ, expected",
    [
        (Terminal(), {}, True),
        (io.StringIO(), {}, False),
        (Terminal(), {"NO_COLOR": "1"}, False),
        (Terminal(), {"NO_COLOR": ""}, True),
        (io.StringIO(), {"FORCE_COLOR": "1"}, True),
        (Terminal(), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        (Terminal(), {"TERM": "dumb"}, False),
    ],
)
def test_use_color(stream, environ, expected):
    assert use_color(stream, environ) is expected


def test_environment_of_the_process(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "yes")
    assert use_color(Terminal()) is False


def test_painter():
    assert Painter(Terminal(), {}).error("no") == "\x1b[1m\x1b[31mno\x1b[0m"
    assert Painter(io.StringIO(), {}).error(paint("no", "blue")) == "no"
