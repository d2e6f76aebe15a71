import threading

import pytest

from call_timeout import Deadline, call_with_timeout


class Clock:
    now = 10.0

    def __call__(self):
        return self.now


def test_result_and_arguments():
    assert call_with_timeout(sorted, 5, [3, 1, 2], reverse=True) == [3, 2, 1]


def test_none_is_a_result():
    assert call_with_timeout(lambda: None, 5) is None


def test_exception_reaches_the_caller():
    with pytest.raises(ZeroDivisionError):
        call_with_timeout(lambda: 1 / 0, 5)


def test_slow_call_times_out():
    release = threading.Event()

    def slow():
        return release.wait(5)

    with pytest.raises(TimeoutError, match="slow took longer than 0.005 s"):
        call_with_timeout(slow, 0.005)
    release.set()


@pytest.mark.parametrize("seconds", [0, -1])
def test_bad_limit(seconds):
    with pytest.raises(ValueError, match="seconds must be positive"):
        call_with_timeout(len, seconds, "x")


def test_deadline_counts_down_to_zero():
    clock = Clock()
    deadline = Deadline(3, clock=clock)
    clock.now += 2
    assert deadline.remaining() == 1.0
    clock.now += 5
    assert deadline.remaining() == 0.0
    assert deadline.expired() is True


def test_deadline_check():
    clock = Clock()
    deadline = Deadline(1, clock=clock)
    assert deadline.check() is None
    clock.now += 1
    with pytest.raises(TimeoutError, match="deadline passed before upload"):
        deadline.check("upload")


def test_negative_deadline():
    with pytest.raises(ValueError, match="must not be negative"):
        Deadline(-1)
