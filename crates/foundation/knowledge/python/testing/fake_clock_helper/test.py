from datetime import datetime, timedelta, timezone

import pytest

from fake_clock_helper import Clock, FakeClock, RealClock

NOON = datetime(2024, 5, 1, 12, tzinfo=timezone.utc)


def test_stands_still():
    clock = FakeClock(NOON)
    assert clock.now() == clock.now() == NOON
    assert clock.monotonic() == 0.0


def test_advance():
    clock = FakeClock(NOON)
    clock.advance(90)
    assert clock.now() == NOON + timedelta(minutes=1, seconds=30)
    assert clock.monotonic() == 90.0


def test_sleep_is_instant_and_noted():
    clock = FakeClock()
    clock.sleep(3600)
    clock.sleep(0.5)
    assert clock.monotonic() == 3600.5
    assert clock.sleeps == [3600, 0.5]


def test_scheduled_actions_run_in_order_at_their_time():
    clock = FakeClock()
    log = []
    clock.call_later(5, lambda: log.append(("b", clock.monotonic())))
    clock.call_later(2, lambda: log.append(("a", clock.monotonic())))
    clock.call_later(9, lambda: log.append(("late", clock.monotonic())))
    clock.advance(5)
    assert log == [("a", 2.0), ("b", 5.0)]


def test_action_may_schedule_another():
    clock = FakeClock()
    log = []
    clock.call_later(1, lambda: clock.call_later(1, lambda: log.append(clock.monotonic())))
    clock.advance(10)
    assert log == [2.0]
    assert clock.monotonic() == 10.0


def test_time_cannot_go_back():
    with pytest.raises(ValueError, match="cannot go back by 1 s"):
        FakeClock().advance(-1)


def test_start_needs_a_time_zone():
    with pytest.raises(ValueError, match="needs a time zone"):
        FakeClock(datetime(2024, 1, 1))


def test_real_clock_serves_the_same_code():
    def seconds_of(clock: Clock):
        before = clock.monotonic()
        clock.sleep(0)
        return clock.now().tzinfo, clock.monotonic() >= before

    assert seconds_of(RealClock()) == (timezone.utc, True)
    assert seconds_of(FakeClock()) == (timezone.utc, True)
