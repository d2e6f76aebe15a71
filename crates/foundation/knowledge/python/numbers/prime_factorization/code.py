"""Factor integers and list their divisors."""

from itertools import chain, count


def factorize(number: int) -> dict[int, int]:
    """Return the prime factors of ``number`` with their exponents, smallest first.

    The number 1 has no factors; raise ValueError for anything smaller.
    """
    if number < 1:
        raise ValueError("only positive integers can be factored")
    factors: dict[int, int] = {}
    candidates = chain((2, 3), (base + step for base in count(6, 6) for step in (-1, 1)))
    for candidate in candidates:
        if candidate * candidate > number:
            break
        while number % candidate == 0:
            factors[candidate] = factors.get(candidate, 0) + 1
            number //= candidate
    if number > 1:
        factors[number] = factors.get(number, 0) + 1
    return factors


def divisors(number: int) -> list[int]:
    """Return all positive divisors of ``number`` in ascending order."""
    result = [1]
    for prime, exponent in factorize(number).items():
        powers = [prime**power for power in range(exponent + 1)]
        result = [divisor * power for divisor in result for power in powers]
    return sorted(result)


def is_perfect(number: int) -> bool:
    """Return whether ``number`` equals the sum of its divisors other than itself."""
    return number > 0 and sum(divisors(number)) == 2 * number


def format_factors(number: int) -> str:
    """Return the factorization as text, such as ``2^3 * 3 * 5`` for 120."""
    parts = [
        f"{prime}^{exponent}" if exponent > 1 else str(prime)
        for prime, exponent in factorize(number).items()
    ]
    return " * ".join(parts) or "1"
