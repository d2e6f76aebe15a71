import pytest

from coin_change_solver import count_ways, fewest_coins


@pytest.mark.parametrize(
    "coins, amount, expected",
    [
        ([1, 2, 5], 11, [5, 5, 1]),
        ([1, 3, 4], 6, [3, 3]),
        ([5, 10], 3, None),
        ([2], 0, []),
        ([], 0, []),
        ([], 4, None),
    ],
)
def test_fewest_coins(coins, amount, expected):
    assert fewest_coins(coins, amount) == expected


@pytest.mark.parametrize(
    "coins, amount, expected",
    [([1, 2, 5], 5, 4), ([2], 3, 0), ([2, 3, 5], 0, 1), ([25, 10, 5, 1], 100, 242)],
)
def test_count_ways(coins, amount, expected):
    assert count_ways(coins, amount) == expected


def test_repeated_coins_count_once():
    assert count_ways([1, 1, 2], 3) == 2


def test_unreachable_gap_is_not_mistaken_for_a_solution():
    assert fewest_coins([5, 7], 13) is None
    assert fewest_coins([5, 7], 17) == [7, 5, 5]


@pytest.mark.parametrize("call", [fewest_coins, count_ways])
def test_negative_amount(call):
    with pytest.raises(ValueError, match="amount must not be negative"):
        call([1], -1)


@pytest.mark.parametrize("call", [fewest_coins, count_ways])
def test_worthless_coin(call):
    with pytest.raises(ValueError, match="coins must be positive, got 0"):
        call([0, 1], 5)
