import pytest

from token_bucket_limiter import TokenBucket


class Clock:
    now = 50.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


def test_burst_then_refusal():
    bucket = TokenBucket(rate=1, capacity=3, clock=Clock())
    assert [bucket.try_acquire() for _ in range(4)] == [True, True, True, False]


def test_refills_with_time():
    clock = Clock()
    bucket = TokenBucket(rate=2, capacity=2, clock=clock)
    assert bucket.try_acquire(2) is True
    clock.now += 0.25
    assert bucket.try_acquire() is False
    clock.now += 0.25
    assert bucket.try_acquire() is True


def test_never_holds_more_than_capacity():
    clock = Clock()
    bucket = TokenBucket(rate=100, capacity=2, clock=clock)
    clock.now += 1000
    assert [bucket.try_acquire() for _ in range(3)] == [True, True, False]


def test_wait_time():
    bucket = TokenBucket(rate=4, capacity=4, clock=Clock())
    assert bucket.wait_time(4) == 0.0
    bucket.try_acquire(4)
    assert bucket.wait_time(2) == 0.5


def test_acquire_pauses_as_long_as_needed():
    clock = Clock()
    bucket = TokenBucket(rate=10, capacity=1, clock=clock)
    pauses = [bucket.acquire(sleep=clock.sleep) for _ in range(3)]
    assert pauses == pytest.approx([0.0, 0.1, 0.1])


def test_waiting_callers_queue_up():
    bucket = TokenBucket(rate=1, capacity=1, clock=Clock())
    assert [bucket.acquire(sleep=lambda _: None) for _ in range(3)] == [0.0, 1.0, 2.0]


@pytest.mark.parametrize("tokens", [0, -1, 6])
def test_impossible_request(tokens):
    with pytest.raises(ValueError, match="tokens must be in"):
        TokenBucket(rate=1, capacity=5).try_acquire(tokens)


@pytest.mark.parametrize("rate, capacity", [(0, 1), (1, 0), (-1, 1)])
def test_bad_settings(rate, capacity):
    with pytest.raises(ValueError, match="must be positive"):
        TokenBucket(rate, capacity)
