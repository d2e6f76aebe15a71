"""Prices of a shop."""


def total(prices):
    """Return the sum of prices."""
    return sum(prices)


def mean(prices):
    """Return the mean of prices."""
    return total(prices) / len(prices)
