"""Convert between integers and Roman numerals."""

_SYMBOLS = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"),
    (100, "C"), (90, "XC"), (50, "L"), (40, "XL"),
    (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)


def to_roman(number: int) -> str:
    """Return ``number`` as a Roman numeral; raise ValueError outside 1 to 3999."""
    if not 1 <= number <= 3999:
        raise ValueError(f"{number} is not between 1 and 3999")
    parts: list[str] = []
    for value, symbol in _SYMBOLS:
        count, number = divmod(number, value)
        parts.append(symbol * count)
    return "".join(parts)


def from_roman(numeral: str) -> int:
    """Return the value of ``numeral``, in either case; raise ValueError if it is malformed."""
    text = numeral.strip().upper()
    total = position = 0
    for value, symbol in _SYMBOLS:
        while text.startswith(symbol, position):
            total += value
            position += len(symbol)
    if not 1 <= total <= 3999 or to_roman(total) != text:
        raise ValueError(f"not a Roman numeral: {numeral!r}")
    return total
