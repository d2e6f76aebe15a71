from itertools import islice

import pytest

from fibonacci_numbers import fibonacci, fibonacci_sequence, fibonacci_up_to, is_fibonacci


def test_first_numbers():
    assert [fibonacci(index) for index in range(12)] == [0, 1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]


def test_large_indices():
    assert fibonacci(90) == 2_880_067_194_370_816_120
    assert fibonacci(100) == 354_224_848_179_261_915_075
    assert fibonacci(1000) % 10**10 == 6_849_228_875


def test_negative_index():
    with pytest.raises(ValueError, match="must not be negative"):
        fibonacci(-1)


def test_sequence_agrees_with_the_formula():
    assert list(islice(fibonacci_sequence(), 200)) == [fibonacci(index) for index in range(200)]


def test_numbers_up_to_a_limit():
    assert fibonacci_up_to(21) == [0, 1, 1, 2, 3, 5, 8, 13, 21]
    assert fibonacci_up_to(20) == [0, 1, 1, 2, 3, 5, 8, 13]
    assert fibonacci_up_to(0) == [0]
    assert fibonacci_up_to(-1) == []


def test_membership():
    assert [number for number in range(-3, 60) if is_fibonacci(number)] == [0, 1, 2, 3, 5, 8, 13, 21, 34, 55]
    assert is_fibonacci(fibonacci(300)) is True
    assert is_fibonacci(fibonacci(300) + 1) is False
