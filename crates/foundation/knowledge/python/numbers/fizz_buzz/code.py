"""The fizz buzz sequence with a table of rules."""

from collections.abc import Mapping

CLASSIC = {3: "Fizz", 5: "Buzz"}


def fizz_word(number: int, rules: Mapping[int, str] | None = None) -> str:
    """Return the words of all rules whose divisor divides ``number``, else the number itself.

    Raise ValueError for a divisor that is not positive.
    """
    table = CLASSIC if rules is None else rules
    if any(divisor < 1 for divisor in table):
        raise ValueError("divisors must be positive")
    return "".join(word for divisor, word in table.items() if number % divisor == 0) or str(number)


def fizz_sequence(last: int, rules: Mapping[int, str] | None = None) -> list[str]:
    """Return the words for the numbers from 1 to ``last``."""
    return [fizz_word(number, rules) for number in range(1, last + 1)]
