import pytest

from memoize_calls import Memoized, memoize


def counted(**options):
    calls = []

    @memoize(**options)
    def double(value):
        """Double a value."""
        calls.append(value)
        return value * 2

    return double, calls


def test_computes_each_argument_once():
    double, calls = counted()
    assert [double(2), double(3), double(2)] == [4, 6, 4]
    assert calls == [2, 3]
    assert double.info() == {"hits": 1, "misses": 2, "size": 2}


def test_keeps_name_and_docstring():
    double, _ = counted()
    assert double.__name__ == "double"
    assert double.__doc__ == "Double a value."


def test_keyword_order_does_not_matter():
    @memoize()
    def area(width, height):
        return width * height

    assert area(width=2, height=3) == 6
    assert area(height=3, width=2) == 6
    assert area.info()["misses"] == 1


def test_size_limit_drops_the_least_recently_used():
    double, calls = counted(max_size=2)
    for value in (1, 2, 1, 3, 1, 2):
        double(value)
    assert calls == [1, 2, 3, 2]


def test_custom_key_allows_lists():
    @memoize(key=lambda numbers: tuple(numbers))
    def total(numbers):
        return sum(numbers)

    assert total([1, 2]) == 3
    assert total([1, 2]) == 3
    assert total.info()["hits"] == 1


def test_errors_are_not_remembered():
    attempts = []

    @memoize()
    def flaky():
        attempts.append(1)
        if len(attempts) == 1:
            raise RuntimeError("first time fails")
        return "ok"

    with pytest.raises(RuntimeError):
        flaky()
    assert flaky() == "ok"


def test_recursion_and_clear():
    @memoize()
    def fib(n):
        return n if n < 2 else fib(n - 1) + fib(n - 2)

    assert fib(60) == 1548008755920
    fib.clear()
    assert fib.info() == {"hits": 0, "misses": 0, "size": 0}


def test_works_on_methods():
    class Shop:
        @memoize()
        def price(self, item):
            return len(item)

    shop = Shop()
    assert shop.price("pear") == 4
    assert shop.price("pear") == 4
    assert isinstance(Shop.price, Memoized)
    assert Shop.price.info()["hits"] == 1


def test_unhashable_argument_without_key():
    double, _ = counted()
    with pytest.raises(TypeError):
        double([1])


def test_bad_size():
    with pytest.raises(ValueError, match="max_size must be at least 1"):
        memoize(max_size=0)
