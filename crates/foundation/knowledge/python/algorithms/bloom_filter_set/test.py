import pytest

from bloom_filter_set import BloomFilter


def test_added_items_are_always_found():
    words = [f"word-{number}" for number in range(300)]
    bloom = BloomFilter(300)
    bloom.update(words)
    assert all(word in bloom for word in words) is True


def test_empty_filter_contains_nothing():
    assert "anything" not in BloomFilter(10)


def test_false_positives_stay_near_the_wanted_rate():
    bloom = BloomFilter(500, error_rate=0.02)
    bloom.update(f"in-{number}" for number in range(500))
    wrong = sum(f"out-{number}" in bloom for number in range(2000))
    assert wrong < 2000 * 0.04


def test_size_follows_the_textbook_formula():
    bloom = BloomFilter(1000, error_rate=0.01)
    assert (bloom.bit_count, bloom.hash_count) == (9586, 7)


def test_text_and_bytes_differ():
    bloom = BloomFilter(100)
    bloom.add("key")
    assert b"key" not in bloom
    bloom.add(b"key")
    assert b"key" in bloom


def test_approximate_count_ignores_repeats():
    bloom = BloomFilter(1000)
    bloom.update(["a", "b", "c", "a", "b"])
    assert bloom.approximate_count() == 3


def test_saturated_filter_cannot_count():
    bloom = BloomFilter(1, error_rate=0.5)
    bloom.update(str(number) for number in range(50))
    with pytest.raises(OverflowError, match="saturated"):
        bloom.approximate_count()


@pytest.mark.parametrize("items, rate", [(0, 0.1), (5, 0), (5, 1)])
def test_bad_arguments(items, rate):
    with pytest.raises(ValueError, match="must be"):
        BloomFilter(items, rate)


def test_other_types_are_refused():
    with pytest.raises(TypeError, match="not int"):
        BloomFilter(5).add(3)
