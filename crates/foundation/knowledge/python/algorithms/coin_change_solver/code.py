"""Coin change by dynamic programming."""

from collections.abc import Iterable


def _checked(coins: Iterable[int], amount: int) -> list[int]:
    """Return the distinct coins in descending order, or raise ValueError."""
    if amount < 0:
        raise ValueError(f"amount must not be negative, got {amount}")
    distinct = sorted(set(coins), reverse=True)
    if distinct and distinct[-1] < 1:
        raise ValueError(f"coins must be positive, got {distinct[-1]}")
    return distinct


def fewest_coins(coins: Iterable[int], amount: int) -> list[int] | None:
    """Return the shortest list of coins that adds up to ``amount``, or None.

    Coins may be used repeatedly; the answer lists the larger coins first.
    """
    available = _checked(coins, amount)
    # last_coin[n]: the coin that completes the best way to pay n; 0 if none does.
    last_coin = [0] * (amount + 1)
    pieces = [0] + [amount + 1] * amount
    for total in range(1, amount + 1):
        for coin in available:
            if coin <= total and pieces[total - coin] + 1 < pieces[total]:
                pieces[total] = pieces[total - coin] + 1
                last_coin[total] = coin
    if amount and not last_coin[amount]:
        return None
    chosen = []
    while amount:
        chosen.append(last_coin[amount])
        amount -= last_coin[amount]
    return sorted(chosen, reverse=True)


def count_ways(coins: Iterable[int], amount: int) -> int:
    """Return in how many ways ``amount`` can be paid; order does not matter."""
    available = _checked(coins, amount)
    ways = [1] + [0] * amount
    for coin in available:
        for total in range(coin, amount + 1):
            ways[total] += ways[total - coin]
    return ways[amount]
