"""Numbers and their digits."""


def digits(number: int) -> list[int]:
    """Return the decimal digits, the first one first; the sign does not count."""
    return [int(digit) for digit in str(abs(number))]


def digit_sum(number: int) -> int:
    """Return the sum of the digits."""
    return sum(digits(number))


def digital_root(number: int) -> int:
    """Return the digit sum of the digit sum and so on, until one digit is left."""
    while abs(number) > 9:
        number = digit_sum(number)
    return abs(number)


def is_armstrong(number: int) -> bool:
    """Tell whether the digits, each to the power of their count, add up to the number."""
    known = digits(number)
    return number >= 0 and sum(digit ** len(known) for digit in known) == number


def armstrong_below(limit: int) -> list[int]:
    """Return the Armstrong numbers below ``limit``."""
    return [number for number in range(max(limit, 0)) if is_armstrong(number)]
