import pytest

from circuit_breaker_guard import CircuitBreaker, CircuitOpenError, State


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def fail():
    raise ConnectionError("down")


def tripped(clock, threshold=2):
    breaker = CircuitBreaker(threshold, recovery_time=10, clock=clock)
    for _ in range(threshold):
        with pytest.raises(ConnectionError):
            breaker.call(fail)
    return breaker


def test_passes_arguments_and_result():
    assert CircuitBreaker().call(max, 3, 7) == 7


def test_opens_after_failures_in_a_row():
    breaker = tripped(Clock())
    assert breaker.state is State.OPEN
    calls = []
    with pytest.raises(CircuitOpenError, match="try again later"):
        breaker.call(calls.append, 1)
    assert calls == []


def test_success_resets_the_count():
    breaker = CircuitBreaker(2, clock=Clock())
    for _ in range(3):
        with pytest.raises(ConnectionError):
            breaker.call(fail)
        breaker.call(len, "ok")
    assert breaker.state is State.CLOSED


def test_trial_call_closes_the_circuit():
    clock = Clock()
    breaker = tripped(clock)
    clock.now = 10.0
    assert breaker.state is State.HALF_OPEN
    assert breaker.call(len, "abc") == 3
    assert breaker.state is State.CLOSED


def test_failed_trial_opens_again():
    clock = Clock()
    breaker = tripped(clock)
    clock.now = 10.0
    with pytest.raises(ConnectionError):
        breaker.call(fail)
    clock.now = 19.9
    assert breaker.state is State.OPEN


def test_only_one_trial_at_a_time():
    clock = Clock()
    breaker = tripped(clock)
    clock.now = 10.0

    def trial():
        with pytest.raises(CircuitOpenError):
            breaker.call(len, "second")
        return "first"

    assert breaker.call(trial) == "first"


def test_uncounted_errors_do_not_open():
    breaker = CircuitBreaker(1, counts=ConnectionError)
    with pytest.raises(ValueError):
        breaker.call(int, "x")
    assert breaker.state is State.CLOSED


@pytest.mark.parametrize("threshold, recovery", [(0, 1), (1, -1)])
def test_bad_settings(threshold, recovery):
    with pytest.raises(ValueError, match="need threshold"):
        CircuitBreaker(threshold, recovery)
