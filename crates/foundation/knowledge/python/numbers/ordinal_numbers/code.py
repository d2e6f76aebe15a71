"""Numbers as people write them."""

SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
SHORT = [(1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")]


def ordinal(number: int) -> str:
    """Return the number with its suffix: ``1st``, ``12th``, ``23rd``."""
    if number < 0:
        raise ValueError(f"{number} has no ordinal")
    if 11 <= number % 100 <= 13:
        return f"{number}th"
    return f"{number}{SUFFIXES.get(number % 10, 'th')}"


def grouped(number: float, separator: str = ",") -> str:
    """Return the number with a separator between thousands."""
    return f"{number:,}".replace(",", separator)


def short(number: float) -> str:
    """Return a short form: ``1.2k``, ``3M``."""
    for size, letter in SHORT:
        if abs(number) >= size:
            return f"{number / size:.1f}".removesuffix(".0") + letter
    return str(number)
