import pytest

from prime_factorization import divisors, factorize, format_factors, is_perfect


def test_factors():
    assert factorize(1) == {}
    assert factorize(2) == {2: 1}
    assert factorize(360) == {2: 3, 3: 2, 5: 1}
    assert factorize(97) == {97: 1}
    assert factorize(49) == {7: 2}


def test_large_factors():
    assert factorize(600_851_475_143) == {71: 1, 839: 1, 1471: 1, 6857: 1}
    assert factorize(99_991**2) == {99_991: 2}
    assert list(factorize(2 * 3 * 5 * 7 * 11 * 13)) == [2, 3, 5, 7, 11, 13]


def test_divisors():
    assert divisors(1) == [1]
    assert divisors(28) == [1, 2, 4, 7, 14, 28]
    assert divisors(36) == [1, 2, 3, 4, 6, 9, 12, 18, 36]
    assert divisors(13) == [1, 13]


def test_perfect_numbers():
    assert [number for number in range(-1, 500) if is_perfect(number)] == [6, 28, 496]


def test_factors_as_text():
    assert format_factors(120) == "2^3 * 3 * 5"
    assert format_factors(7) == "7"
    assert format_factors(1) == "1"


def test_other_numbers_are_refused():
    with pytest.raises(ValueError, match="only positive integers"):
        factorize(0)
    with pytest.raises(ValueError, match="only positive integers"):
        divisors(-6)
