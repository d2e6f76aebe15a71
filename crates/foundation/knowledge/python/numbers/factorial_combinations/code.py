"""Count arrangements with exact integers."""


def factorial(number: int) -> int:
    """Return the product of the integers from 1 to ``number``; it is 1 for 0."""
    if number < 0:
        raise ValueError("a factorial needs a number that is not negative")
    result = 1
    for factor in range(2, number + 1):
        result *= factor
    return result


def _check(total: int, chosen: int) -> None:
    """Raise ValueError when either number is negative."""
    if total < 0 or chosen < 0:
        raise ValueError("numbers of things must not be negative")


def permutation_count(total: int, chosen: int) -> int:
    """Return in how many orders ``chosen`` of ``total`` different things can be drawn."""
    _check(total, chosen)
    result = 1
    for factor in range(total - chosen + 1, total + 1):
        result *= factor
    return result if chosen <= total else 0


def binomial(total: int, chosen: int) -> int:
    """Return in how many ways ``chosen`` of ``total`` things can be picked, whatever the order."""
    _check(total, chosen)
    result = 1
    for step in range(1, min(chosen, total - chosen) + 1):
        result = result * (total - step + 1) // step
    return result if chosen <= total else 0


def pascal_row(index: int) -> list[int]:
    """Return a row of Pascal's triangle; row 0 is ``[1]``."""
    _check(index, 0)
    row = [1]
    for step in range(1, index + 1):
        row.append(row[-1] * (index - step + 1) // step)
    return row


def multinomial(*counts: int) -> int:
    """Return how many different orders there are of things with these numbers of duplicates.

    The letters of "banana" have the counts 3, 2 and 1, and 60 different orders.
    """
    result, total = 1, 0
    for count in counts:
        total += count
        result *= binomial(total, count)
    return result
