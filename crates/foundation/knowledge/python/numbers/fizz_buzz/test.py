import pytest

from fizz_buzz import fizz_sequence, fizz_word


def test_classic_words():
    assert fizz_word(1) == "1"
    assert fizz_word(9) == "Fizz"
    assert fizz_word(10) == "Buzz"
    assert fizz_word(30) == "FizzBuzz"
    assert fizz_word(0) == "FizzBuzz"


def test_classic_sequence():
    assert fizz_sequence(15) == [
        "1", "2", "Fizz", "4", "Buzz", "Fizz", "7", "8", "Fizz", "Buzz", "11", "Fizz",
        "13", "14", "FizzBuzz",
    ]
    assert fizz_sequence(0) == []


def test_own_rules_keep_their_order():
    assert fizz_word(6, {3: "Three", 2: "Two"}) == "ThreeTwo"
    assert fizz_sequence(4, {2: "even"}) == ["1", "even", "3", "even"]
    assert fizz_word(15, {}) == "15"
    assert fizz_word(7, {1: "Any"}) == "Any"


def test_bad_divisors():
    with pytest.raises(ValueError, match="divisors must be positive"):
        fizz_word(3, {0: "zero"})
    with pytest.raises(ValueError, match="divisors must be positive"):
        fizz_sequence(3, {3: "Fizz", -5: "Buzz"})
