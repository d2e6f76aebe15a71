import pytest

from timer_context import Stopwatch, TimerLog


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_elapsed_inside_and_after(clock):
    with Stopwatch(clock) as watch:
        clock.now += 1.5
        assert watch.elapsed == 1.5
        clock.now += 1
    clock.now += 50
    assert watch.elapsed == 2.5


def test_laps(clock):
    with Stopwatch(clock) as watch:
        clock.now += 2
        assert watch.lap() == 2
        clock.now += 3
        assert watch.lap() == 3
    assert watch.laps == [2, 3]


def test_reuse_starts_anew(clock):
    watch = Stopwatch(clock)
    with watch:
        clock.now += 9
        watch.lap()
    with watch:
        clock.now += 1
    assert watch.elapsed == 1
    assert watch.laps == []


def test_not_started(clock):
    with pytest.raises(RuntimeError, match="was not started"):
        _ = Stopwatch(clock).elapsed


def test_log_adds_up_and_reports(clock):
    log = TimerLog(clock)
    for seconds in (1, 2):
        with log.measure("load"):
            clock.now += seconds
    with log.measure("save"):
        clock.now += 10
    assert log.total("load") == 3
    assert log.total("never") == 0
    assert log.report() == [
        "save: 1 x, total 10.000 s, mean 10.000 s",
        "load: 2 x, total 3.000 s, mean 1.500 s",
    ]


def test_block_that_raises_is_measured(clock):
    log = TimerLog(clock)
    with pytest.raises(KeyError):
        with log.measure("bad"):
            clock.now += 4
            raise KeyError("x")
    assert log.total("bad") == 4


def test_decorator(clock):
    log = TimerLog(clock)

    @log.timed
    def work(seconds):
        """Pretend to work."""
        clock.now += seconds
        return seconds * 2

    assert work(3) == 6
    assert work.__doc__ == "Pretend to work."
    assert log.total(work.__qualname__) == 3


def test_real_clock_runs_forward():
    with Stopwatch() as watch:
        pass
    assert watch.elapsed >= 0
