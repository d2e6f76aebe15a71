import pytest

from percent_tools import change, increased, percent_of, share, shares


def test_parts():
    assert percent_of(20, 50) == 10
    assert share(5, 20) == 25


def test_change():
    assert change(50, 75) == 50
    assert change(80, 60) == -25
    assert change(-10, -5) == 50


def test_increase_and_decrease():
    assert increased(200, 10) == 220
    assert increased(200, -10) == 180


def test_shares_add_up():
    assert shares([1, 1, 1]) == [34, 33, 33]
    assert shares([3, 1]) == [75, 25]


def test_refused():
    with pytest.raises(ValueError, match="change from 0"):
        change(0, 1)
    with pytest.raises(ValueError, match="whole is 0"):
        share(1, 0)
    with pytest.raises(ValueError, match="must be positive"):
        shares([1, -1])
