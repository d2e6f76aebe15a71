import asyncio

import pytest

from async_retry_call import async_retry


class Pauses(list):
    async def sleep(self, seconds):
        self.append(seconds)


def failing(times, error=ConnectionError):
    calls = []

    async def fetch(value="done"):
        calls.append(value)
        if len(calls) <= times:
            raise error(f"failure {len(calls)}")
        return value

    return fetch, calls


def test_succeeds_after_failures():
    fetch, calls = failing(2)
    pauses = Pauses()
    wrapped = async_retry(4, first_delay=1, sleep=pauses.sleep)(fetch)
    assert asyncio.run(wrapped("page")) == "page"
    assert calls == ["page"] * 3
    assert pauses == [1, 2]


def test_last_error_is_raised():
    fetch, calls = failing(9)
    pauses = Pauses()
    with pytest.raises(ConnectionError, match="failure 3"):
        asyncio.run(async_retry(3, sleep=pauses.sleep)(fetch)())
    assert len(calls) == 3
    assert len(pauses) == 2


def test_other_errors_are_not_retried():
    fetch, calls = failing(1, error=KeyError)
    with pytest.raises(KeyError):
        asyncio.run(async_retry(3, sleep=Pauses().sleep)(fetch)())
    assert len(calls) == 1


def test_slow_attempt_is_retried():
    calls = []

    async def slow_once():
        calls.append(1)
        if len(calls) == 1:
            await asyncio.sleep(60)
        return "quick"

    wrapped = async_retry(2, attempt_timeout=0.005, sleep=Pauses().sleep)(slow_once)
    assert asyncio.run(wrapped()) == "quick"


def test_cancellation_is_not_retried():
    fetch, calls = failing(1, error=asyncio.CancelledError)
    wrapped = async_retry(3, on=Exception, sleep=Pauses().sleep)(fetch)

    async def main():
        with pytest.raises(asyncio.CancelledError):
            await wrapped()

    asyncio.run(main())
    assert len(calls) == 1


def test_name_is_kept():
    fetch, _ = failing(0)
    assert async_retry()(fetch).__name__ == "fetch"


@pytest.mark.parametrize("options", [{"attempts": 0}, {"first_delay": -1}])
def test_bad_settings(options):
    with pytest.raises(ValueError):
        async_retry(**options)
