import pytest

from quadratic_solver import discriminant, solve, solve_complex


def test_two_roots():
    assert solve(1, -3, 2) == [1.0, 2.0]
    assert solve(-2, 0, 8) == [-2.0, 2.0]


def test_double_and_no_root():
    assert solve(1, 2, 1) == [-1.0]
    assert solve(1, 0, 1) == []


def test_linear():
    assert solve(0, 2, -8) == [4.0]
    with pytest.raises(ValueError, match="no unknown"):
        solve(0, 0, 1)


def test_digits_are_not_lost():
    assert f"{solve(1, -1e8, 1)[0]:.12e}" == "1.000000000000e-08"


def test_complex_roots():
    assert solve_complex(1, 2, 5) == (-1 - 2j, -1 + 2j)
    with pytest.raises(ValueError, match="not quadratic"):
        solve_complex(0, 1, 1)


def test_discriminant():
    assert discriminant(1, -3, 2) == 1
