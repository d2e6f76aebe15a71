import random

import pytest

from retry_with_backoff import Backoff, retry

STEADY = Backoff(attempts=4, base=1, factor=2, cap=3, jitter=0)


def failing(times, error=ConnectionError):
    calls = []

    def func(value="done"):
        calls.append(value)
        if len(calls) <= times:
            raise error(f"failure {len(calls)}")
        return value

    return func, calls


def test_succeeds_after_failures_and_pauses_grow():
    func, calls = failing(3)
    pauses = []
    assert retry(STEADY, sleep=pauses.append)(func)("ok") == "ok"
    assert calls == ["ok"] * 4
    assert pauses == [1, 2, 3]


def test_no_pause_without_failure():
    func, _ = failing(0)
    pauses = []
    assert retry(STEADY, sleep=pauses.append)(func)() == "done"
    assert pauses == []


def test_last_error_is_raised():
    func, calls = failing(9)
    with pytest.raises(ConnectionError, match="failure 4"):
        retry(STEADY, sleep=lambda _: None)(func)()
    assert len(calls) == 4


def test_other_errors_are_not_retried():
    func, calls = failing(1, error=KeyError)
    with pytest.raises(KeyError):
        retry(STEADY, on=(ConnectionError, TimeoutError), sleep=lambda _: None)(func)()
    assert len(calls) == 1


def test_notify():
    func, _ = failing(1)
    seen = []
    retry(
        STEADY,
        sleep=lambda _: None,
        notify=lambda attempt, error, delay: seen.append((attempt, str(error), delay)),
    )(func)()
    assert seen == [(1, "failure 1", 1)]


def test_jitter_stays_within_bounds():
    delays = list(Backoff(attempts=50, base=8, factor=1, jitter=0.5).delays(random.Random(1)))
    assert len(delays) == 49
    assert 4 <= min(delays) < max(delays) <= 8


def test_single_attempt_calls_once():
    func, calls = failing(1)
    with pytest.raises(ConnectionError):
        retry(Backoff(attempts=1))(func)()
    assert len(calls) == 1


def test_name_is_kept():
    @retry()
    def load():
        return 1

    assert load.__name__ == "load"
    assert load() == 1


@pytest.mark.parametrize(
    "options", [{"attempts": 0}, {"base": -1}, {"factor": 0.5}, {"jitter": 2}, {"cap": -1}]
)
def test_bad_settings(options):
    with pytest.raises(ValueError):
        Backoff(**options)
