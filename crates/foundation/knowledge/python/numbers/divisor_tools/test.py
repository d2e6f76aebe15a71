import pytest

from divisor_tools import aliquot_sum, classify, divisors, is_amicable_pair, is_perfect


def test_divisors():
    assert divisors(12) == [1, 2, 3, 4, 6, 12]
    assert divisors(36) == [1, 2, 3, 4, 6, 9, 12, 18, 36]
    assert divisors(1) == [1]


def test_not_positive():
    with pytest.raises(ValueError, match="0 is not positive"):
        divisors(0)
    assert is_perfect(0) is False


def test_classes():
    assert [classify(number) for number in (6, 12, 8)] == ["perfect", "abundant", "deficient"]


def test_perfect_numbers():
    assert [is_perfect(number) for number in (5, 6, 28, 496)] == [False, True, True, True]


def test_aliquot_sum_and_amicable_pairs():
    assert aliquot_sum(220) == 284
    assert is_amicable_pair(220, 284) is True
    assert is_amicable_pair(6, 6) is False
