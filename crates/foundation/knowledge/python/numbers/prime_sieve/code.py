"""Prime numbers: a sieve, a primality test and an endless iterator."""

from collections.abc import Iterator
from math import isqrt

_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
_EXACT_BELOW = 318_665_857_834_031_151_167_461


def primes_below(limit: int) -> list[int]:
    """Return all primes smaller than ``limit`` in ascending order."""
    if limit <= 2:
        return []
    prime = bytearray([1]) * limit
    prime[0:2] = bytes(2)
    for number in range(2, isqrt(limit - 1) + 1):
        if prime[number]:
            prime[number * number :: number] = bytes(len(range(number * number, limit, number)))
    return [number for number in range(limit) if prime[number]]


def is_prime(number: int) -> bool:
    """Return whether ``number`` is prime, by the Miller-Rabin test.

    The twelve bases used give an exact answer below 3 * 10**23; raise ValueError beyond.
    """
    if number >= _EXACT_BELOW:
        raise ValueError("number is too large for an exact answer")
    if number < 2:
        return False
    for prime in _BASES:
        if number % prime == 0:
            return number == prime
    odd = number - 1
    twos = (odd & -odd).bit_length() - 1
    odd >>= twos
    for base in _BASES:
        power = pow(base, odd, number)
        if power in (1, number - 1):
            continue
        for _ in range(twos - 1):
            power = power * power % number
            if power == number - 1:
                break
        else:
            return False
    return True


def iterate_primes(segment: int = 10_000) -> Iterator[int]:
    """Yield the primes without end, sieving ``segment`` numbers at a time."""
    if segment < 1:
        raise ValueError("segment must be positive")
    low = 2
    while True:
        high = low + segment
        prime = bytearray([1]) * segment
        for divisor in primes_below(isqrt(high - 1) + 1):
            start = max(divisor * divisor, -(-low // divisor) * divisor)
            for multiple in range(start, high, divisor):
                prime[multiple - low] = 0
        yield from (low + offset for offset in range(segment) if prime[offset])
        low = high
