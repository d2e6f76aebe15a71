"""Brackets that open and close in order."""

PAIRS = {")": "(", "]": "[", "}": "{"}


def first_problem(text: str, ignore_quoted: bool = False) -> int | None:
    """Return the index of the first bracket that has no partner, or None."""
    waiting: list[tuple[str, int]] = []
    quote = ""
    for index, symbol in enumerate(text):
        if quote:
            quote = "" if symbol == quote else quote
        elif ignore_quoted and symbol in "\"'":
            quote = symbol
        elif symbol in PAIRS.values():
            waiting.append((symbol, index))
        elif symbol in PAIRS:
            if not waiting or waiting[-1][0] != PAIRS[symbol]:
                return index
            waiting.pop()
    return waiting[0][1] if waiting else None


def is_balanced(text: str, ignore_quoted: bool = False) -> bool:
    """Tell whether every bracket has its partner."""
    return first_problem(text, ignore_quoted) is None


def depth(text: str) -> int:
    """Return how deeply the brackets of a balanced text are nested."""
    if not is_balanced(text):
        raise ValueError(f"unbalanced at {first_problem(text)}")
    deepest = level = 0
    for symbol in text:
        level += (symbol in PAIRS.values()) - (symbol in PAIRS)
        deepest = max(deepest, level)
    return deepest
