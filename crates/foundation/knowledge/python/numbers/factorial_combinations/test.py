import pytest

from factorial_combinations import binomial, factorial, multinomial, pascal_row, permutation_count


def test_factorials():
    assert [factorial(number) for number in range(7)] == [1, 1, 2, 6, 24, 120, 720]
    assert factorial(25) == 15_511_210_043_330_985_984_000_000
    with pytest.raises(ValueError, match="not negative"):
        factorial(-1)


def test_binomial_coefficients():
    assert binomial(5, 2) == 10
    assert binomial(49, 6) == 13_983_816
    assert binomial(100, 98) == 4950
    assert binomial(4, 0) == 1
    assert binomial(0, 0) == 1
    assert binomial(3, 4) == 0


def test_permutation_counts():
    assert permutation_count(5, 2) == 20
    assert permutation_count(10, 10) == 3_628_800
    assert permutation_count(7, 0) == 1
    assert permutation_count(2, 3) == 0


def test_pascal_rows():
    assert pascal_row(0) == [1]
    assert pascal_row(4) == [1, 4, 6, 4, 1]
    assert pascal_row(7) == [1, 7, 21, 35, 35, 21, 7, 1]
    assert pascal_row(30) == [binomial(30, chosen) for chosen in range(31)]


def test_multinomials():
    assert multinomial(3, 2, 1) == 60
    assert multinomial(1, 4, 4, 2) == 34_650
    assert multinomial(5) == 1
    assert multinomial() == 1


def test_negative_numbers_are_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        binomial(-1, 0)
    with pytest.raises(ValueError, match="must not be negative"):
        permutation_count(3, -1)
    with pytest.raises(ValueError, match="must not be negative"):
        pascal_row(-1)
