import pytest

from ttl_cache_store import TTLCache


class Clock:
    now = 100.0

    def __call__(self):
        return self.now


def test_entry_expires():
    clock = Clock()
    cache = TTLCache(10, clock=clock)
    cache.put("a", 1)
    clock.now += 9.5
    assert cache.get("a") == 1
    clock.now += 0.5
    assert cache.get("a") is None
    assert cache.get("a", "gone") == "gone"


def test_own_ttl_per_entry():
    clock = Clock()
    cache = TTLCache(10, clock=clock)
    cache.put("short", 1, ttl=2)
    cache.put("long", 2, ttl=50)
    clock.now += 20
    assert "short" not in cache
    assert "long" in cache


def test_storing_again_renews():
    clock = Clock()
    cache = TTLCache(10, clock=clock)
    cache.put("a", 1)
    clock.now += 8
    cache.put("a", 2)
    clock.now += 8
    assert cache.get("a") == 2


def test_get_or_compute_runs_once_per_lifetime():
    clock = Clock()
    cache = TTLCache(5, clock=clock)
    calls = []
    for _ in range(2):
        assert cache.get_or_compute("k", lambda: calls.append(1) or len(calls)) == 1
    clock.now += 5
    assert cache.get_or_compute("k", lambda: calls.append(1) or len(calls)) == 2


def test_purge_and_length():
    clock = Clock()
    cache = TTLCache(5, clock=clock)
    cache.put("a", 1)
    cache.put("b", 2, ttl=100)
    clock.now += 5
    assert cache.purge() == 1
    assert len(cache) == 1


def test_full_cache_drops_what_expires_first():
    clock = Clock()
    cache = TTLCache(10, max_size=2, clock=clock)
    cache.put("a", 1, ttl=9)
    cache.put("b", 2, ttl=3)
    cache.put("c", 3)
    assert ("a" in cache, "b" in cache, "c" in cache) == (True, False, True)


def test_discard():
    cache = TTLCache(10, clock=Clock())
    cache.put("a", 1)
    cache.discard("a")
    cache.discard("never")
    assert len(cache) == 0


@pytest.mark.parametrize("ttl, size", [(0, 1), (-1, 1), (1, 0)])
def test_bad_settings(ttl, size):
    with pytest.raises(ValueError, match="must be positive"):
        TTLCache(ttl, max_size=size)


def test_bad_entry_ttl():
    with pytest.raises(ValueError, match="ttl must be positive, got 0"):
        TTLCache(1).put("a", 1, ttl=0)
