import io

import pytest

from progress_text import format_seconds, render_bar, track


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Clock:
    def __init__(self, step):
        self.now, self.step = 0.0, step

    def __call__(self):
        self.now += self.step
        return self.now - self.step


@pytest.mark.parametrize(
    "done, total, expected",
    [
        (0, 4, "[....]   0% 0/4"),
        (1, 3, "[#...]  33% 1/3"),
        (999, 1000, "[###.]  99% 999/1000"),
        (4, 4, "[####] 100% 4/4"),
        (0, 0, "[####] 100% 0/0"),
    ],
)
def test_bar(done, total, expected):
    assert render_bar(done, total, width=4) == expected


@pytest.mark.parametrize("done, total", [(-1, 3), (4, 3), (0, -1)])
def test_bar_with_impossible_numbers(done, total):
    with pytest.raises(ValueError, match="need 0 <= done <= total"):
        render_bar(done, total)


@pytest.mark.parametrize(
    "seconds, expected", [(0, "0:00"), (59.6, "1:00"), (75, "1:15"), (3661, "1:01:01")]
)
def test_format_seconds(seconds, expected):
    assert format_seconds(seconds) == expected


def test_terminal_shows_remaining_time():
    out = Terminal()
    assert list(track("ab", stream=out, clock=Clock(10))) == ["a", "b"]
    first, last = out.getvalue().split("\r")[1:]
    assert first == "[##########..........]  50% 1/2 0:20 left"
    assert last.rstrip() == "[####################] 100% 2/2 in 0:30"


def test_shorter_line_covers_the_longer_one():
    out = Terminal()
    list(track("ab", stream=out, clock=Clock(10)))
    first, last = out.getvalue().split("\r")[1:]
    assert len(last.rstrip("\n")) == len(first)


def test_no_redraw_within_the_interval():
    out = Terminal()
    list(track(range(100), stream=out, clock=Clock(0.01), interval=0.5))
    assert out.getvalue().count("\r") == 3


def test_file_gets_only_the_final_line():
    out = io.StringIO()
    list(track([1, 2, 3], stream=out, clock=Clock(1)))
    assert out.getvalue() == "[####################] 100% 3/3 in 0:04\n"


def test_default_stream_is_stderr(capsys):
    list(track([]))
    assert capsys.readouterr().err.endswith("100% 0/0 in 0:00\n")
