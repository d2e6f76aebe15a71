import pytest

from collatz_steps import collatz, longest_start, steps


def test_sequence():
    assert collatz(6) == [6, 3, 10, 5, 16, 8, 4, 2, 1]
    assert collatz(1) == [1]


def test_steps():
    assert [steps(number) for number in (1, 7, 27)] == [0, 16, 111]


def test_longest_start():
    assert longest_start(10) == 9
    assert longest_start(1000) == 871


def test_not_positive():
    with pytest.raises(ValueError, match="0 is not positive"):
        collatz(0)
    with pytest.raises(ValueError, match="nothing starts below 1"):
        longest_start(1)
