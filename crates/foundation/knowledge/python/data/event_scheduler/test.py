import pytest

from event_scheduler import Scheduler


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log():
    return []


def run_at(clock, scheduler, moment):
    clock.now = moment
    return scheduler.run_due()


def test_jobs_run_in_order_of_time(clock, log):
    scheduler = Scheduler(clock)
    scheduler.after(5, lambda: log.append("late"))
    scheduler.after(1, lambda: log.append("early"))
    scheduler.after(1, lambda: log.append("early too"))
    assert run_at(clock, scheduler, 0.5) == 0
    assert run_at(clock, scheduler, 10) == 3
    assert log == ["early", "early too", "late"]
    assert scheduler.run_due() == 0


def test_repeating_job(clock, log):
    scheduler = Scheduler(clock)
    scheduler.every(10, lambda: log.append(clock.now))
    assert [run_at(clock, scheduler, t) for t in (9, 10, 15, 20)] == [0, 1, 0, 1]
    assert log == [10, 20]


def test_missed_turns_are_skipped_but_rhythm_is_kept(clock, log):
    scheduler = Scheduler(clock)
    scheduler.every(10, lambda: log.append(clock.now))
    assert run_at(clock, scheduler, 47) == 1
    assert scheduler.seconds_to_next() == 3
    assert run_at(clock, scheduler, 50) == 1


def test_cancel(clock, log):
    scheduler = Scheduler(clock)
    scheduler.after(1, lambda: log.append("x")).cancel()
    repeating = scheduler.every(1, lambda: repeating.cancel())
    assert run_at(clock, scheduler, 5) == 1
    assert run_at(clock, scheduler, 9) == 0
    assert log == []


def test_seconds_to_next(clock):
    scheduler = Scheduler(clock)
    assert scheduler.seconds_to_next() is None
    scheduler.after(4, lambda: None)
    clock.now = 1.0
    assert scheduler.seconds_to_next() == 3.0
    clock.now = 9.0
    assert scheduler.seconds_to_next() == 0.0


def test_error_is_raised_and_other_jobs_stay_planned(clock, log):
    scheduler = Scheduler(clock)
    scheduler.after(1, lambda: 1 / 0)
    scheduler.after(2, lambda: log.append("second"))
    with pytest.raises(ZeroDivisionError):
        run_at(clock, scheduler, 5)
    assert scheduler.run_due() == 1
    assert log == ["second"]


def test_error_handler(clock, log):
    scheduler = Scheduler(clock, on_error=lambda job, error: log.append((job.when, str(error))))
    scheduler.after(1, lambda: int("x"))
    scheduler.after(2, lambda: log.append("next"))
    assert run_at(clock, scheduler, 5) == 2
    assert log == [(1.0, "invalid literal for int() with base 10: 'x'"), "next"]


def test_job_may_plan_another(clock, log):
    scheduler = Scheduler(clock)
    scheduler.after(1, lambda: scheduler.after(0, lambda: log.append("inner")))
    assert run_at(clock, scheduler, 1) == 2
    assert log == ["inner"]


def test_bad_times(clock):
    with pytest.raises(ValueError, match="must not be negative"):
        Scheduler(clock).after(-1, print)
    with pytest.raises(ValueError, match="must be positive"):
        Scheduler(clock).every(0, print)
