import pytest

from expiring_lru_cache import ExpiringLruCache


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(clock):
    return ExpiringLruCache(size=2, ttl=10, clock=clock)


def test_values_are_kept(cache):
    cache.set("a", 1)
    assert cache.get("a") == 1
    assert cache.get("b", "none") == "none"


def test_the_least_recently_used_goes_first(cache):
    cache.set("a", 1)
    cache.set("b", 2)
    cache.get("a")
    cache.set("c", 3)
    assert [cache.get(key) for key in "abc"] == [1, None, 3]


def test_entries_expire(cache, clock):
    cache.set("a", 1)
    clock.now = 9.9
    assert cache.get("a") == 1
    clock.now = 10
    assert cache.get("a") is None
    assert len(cache) == 0


def test_expired_entries_go_before_others(cache, clock):
    cache.set("old", 1)
    clock.now = 5
    cache.set("new", 2)
    cache.get("old")
    clock.now = 10
    cache.set("newer", 3)
    assert (cache.get("new"), cache.get("newer"), len(cache)) == (2, 3, 2)


def test_setting_again_starts_anew(cache, clock):
    cache.set("a", 1)
    clock.now = 8
    cache.set("a", 2)
    clock.now = 15
    assert cache.get("a") == 2
    assert cache.purge() == 0


def test_refused():
    with pytest.raises(ValueError, match="must be positive"):
        ExpiringLruCache(0, 1)
