import pytest

from gcd_lcm import extended_gcd, gcd, lcm, modular_inverse, reduce_fraction


def test_greatest_common_divisor():
    assert gcd(54, 24) == 6
    assert gcd(24, 54) == 6
    assert gcd(17, 5) == 1
    assert gcd(12, 18, 27) == 3


def test_divisors_of_zero_and_negative_numbers():
    assert gcd(0, 5) == 5
    assert gcd(0, 0) == 0
    assert gcd(-12, 18) == 6
    assert gcd(12, -18) == 6
    assert gcd() == 0


def test_least_common_multiple():
    assert lcm(4, 6) == 12
    assert lcm(2, 3, 4, 5, 6) == 60
    assert lcm(-4, 6) == 12
    assert lcm(5, 0) == 0
    assert lcm() == 1


def test_bezout_coefficients():
    assert extended_gcd(240, 46) == (2, -9, 47)
    assert extended_gcd(-240, 46) == (2, 9, 47)
    assert extended_gcd(0, 5) == (5, 0, 1)
    assert extended_gcd(5, 0) == (5, 1, 0)
    assert extended_gcd(-4, -6) == (2, 1, -1)


def test_modular_inverse():
    assert modular_inverse(3, 11) == 4
    assert modular_inverse(-3, 11) == 7
    assert modular_inverse(17, 3120) == 2753
    assert modular_inverse(5, 1) == 0
    with pytest.raises(ValueError, match="6 has no inverse modulo 9: 3 divides both"):
        modular_inverse(6, 9)
    with pytest.raises(ValueError, match="modulus must be positive"):
        modular_inverse(3, 0)


def test_fractions_in_lowest_terms():
    assert reduce_fraction(6, 8) == (3, 4)
    assert reduce_fraction(6, -8) == (-3, 4)
    assert reduce_fraction(-6, -8) == (3, 4)
    assert reduce_fraction(0, -5) == (0, 1)
    with pytest.raises(ValueError, match="must not be zero"):
        reduce_fraction(1, 0)
