import threading

import pytest

from debounce_calls import Debounced, throttle


class FakeTimer:
    made = []

    def __init__(self, seconds, action):
        self.seconds, self.action = seconds, action
        self.state = "new"
        self.daemon = False
        FakeTimer.made.append(self)

    def start(self):
        self.state = "started"

    def cancel(self):
        self.state = "cancelled"


@pytest.fixture
def saved():
    FakeTimer.made = []
    return []


def test_only_the_last_call_runs(saved):
    save = Debounced(saved.append, 0.5, timer_factory=FakeTimer)
    save("a")
    save("ab")
    save("abc")
    assert [timer.state for timer in FakeTimer.made] == ["cancelled", "cancelled", "started"]
    assert saved == []
    FakeTimer.made[-1].action()
    assert saved == ["abc"]


def test_timer_settings(saved):
    Debounced(saved.append, 0.5, timer_factory=FakeTimer)("x")
    assert FakeTimer.made[0].seconds == 0.5
    assert FakeTimer.made[0].daemon is True


def test_flush_runs_once(saved):
    save = Debounced(saved.append, 1, timer_factory=FakeTimer)
    save("now")
    save.flush()
    save.flush()
    assert saved == ["now"]


def test_cancel_drops_the_call(saved):
    save = Debounced(saved.append, 1, timer_factory=FakeTimer)
    save("never")
    save.cancel()
    save.flush()
    assert saved == []


def test_late_timer_of_an_older_call_is_ignored(saved):
    save = Debounced(saved.append, 1, timer_factory=FakeTimer)
    save("old")
    save("new")
    FakeTimer.made[0].action()
    assert saved == []
    FakeTimer.made[1].action()
    assert saved == ["new"]


def test_real_timer_runs_the_call():
    done = threading.Event()
    Debounced(done.set, 0.001)()
    assert done.wait(2) is True


def test_throttle_runs_once_per_interval():
    times = iter([0.0, 1.0, 4.9, 5.0, 6.0])
    limited = throttle(5, clock=lambda: next(times))(str.upper)
    assert [limited(letter) for letter in "abcde"] == ["A", None, None, "D", None]


def test_throttle_keeps_the_name():
    @throttle(1)
    def ping():
        return "pong"

    assert ping.__name__ == "ping"
    assert ping() == "pong"


@pytest.mark.parametrize("seconds", [0, -1])
def test_bad_interval(seconds):
    with pytest.raises(ValueError, match="seconds must be positive"):
        throttle(seconds)
    with pytest.raises(ValueError, match="seconds must be positive"):
        Debounced(print, seconds)
