from itertools import islice

import pytest

from prime_sieve import is_prime, iterate_primes, primes_below


def test_primes_below_a_limit():
    assert primes_below(30) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29]
    assert primes_below(29) == [2, 3, 5, 7, 11, 13, 17, 19, 23]
    assert primes_below(3) == [2]
    assert len(primes_below(10_000)) == 1229


def test_no_primes_below_two():
    assert primes_below(2) == []
    assert primes_below(0) == []
    assert primes_below(-5) == []


def test_primality_agrees_with_the_sieve():
    assert [number for number in range(-2, 2000) if is_prime(number)] == primes_below(2000)


def test_primality_of_large_numbers():
    assert is_prime(2_147_483_647) is True
    assert is_prime(2**61 - 1) is True
    assert is_prime(2**61 + 1) is False
    assert is_prime(41 * 43) is False


def test_numbers_that_fool_weaker_tests():
    assert is_prime(561) is False
    assert is_prime(3_215_031_751) is False
    assert is_prime(1_000_003 * 1_000_033) is False
    with pytest.raises(ValueError, match="too large"):
        is_prime(10**24)


def test_endless_iteration_across_segments():
    assert list(islice(iterate_primes(segment=7), 12)) == [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37]
    assert list(islice(iterate_primes(segment=1), 4)) == [2, 3, 5, 7]
    assert next(islice(iterate_primes(), 1999, None)) == 17_389
    with pytest.raises(ValueError, match="segment"):
        next(iterate_primes(segment=0))
