import pytest

from lru_cache_class import LRUCache


def test_evicts_least_recently_used():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.get("a") == 1
    cache.put("c", 3)
    assert cache.keys() == ["a", "c"]
    assert cache.get("b") is None


def test_put_existing_key_updates_without_evicting():
    cache = LRUCache(2)
    cache.put("a", 1)
    cache.put("b", 2)
    cache.put("a", 10)
    assert len(cache) == 2
    assert cache.keys() == ["b", "a"]
    assert cache.get("a") == 10


def test_default_and_statistics():
    cache = LRUCache(1)
    cache.put("x", None)
    assert cache.get("missing", "fallback") == "fallback"
    assert cache.get("x", "fallback") is None
    assert (cache.hits, cache.misses) == (1, 1)


def test_membership_does_not_refresh():
    cache = LRUCache(2)
    cache.put(1, "one")
    cache.put(2, "two")
    assert 1 in cache
    cache.put(3, "three")
    assert 1 not in cache


def test_discard_and_clear():
    cache = LRUCache(3)
    cache.put("a", 1)
    cache.put("b", 2)
    assert cache.discard("a") is True
    assert cache.discard("a") is False
    cache.clear()
    assert len(cache) == 0
    assert (cache.hits, cache.misses) == (0, 0)


@pytest.mark.parametrize("capacity", [0, -1])
def test_capacity_must_be_positive(capacity):
    with pytest.raises(ValueError, match="capacity must be at least 1"):
        LRUCache(capacity)
