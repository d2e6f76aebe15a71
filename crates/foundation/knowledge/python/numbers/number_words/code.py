"""Write integers in English words and as ordinals."""

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "- - twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ("", " thousand", " million", " billion", " trillion", " quadrillion", " quintillion")


def _below_thousand(number: int) -> str:
    """Return a number from 1 to 999 in words."""
    hundreds, rest = divmod(number, 100)
    parts: list[str] = [f"{_SMALL[hundreds]} hundred"] if hundreds else []
    if rest >= 20:
        tens, ones = divmod(rest, 10)
        parts.append(_TENS[tens] + (f"-{_SMALL[ones]}" if ones else ""))
    elif rest:
        parts.append(_SMALL[rest])
    return " ".join(parts)


def number_to_words(number: int) -> str:
    """Return ``number`` in words; raise ValueError from a sextillion (10**21) on."""
    if abs(number) >= 1000 ** len(_SCALES):
        raise ValueError("number is too large to be written in words")
    if number == 0:
        return _SMALL[0]
    groups: list[str] = []
    rest = abs(number)
    for scale in _SCALES:
        rest, group = divmod(rest, 1000)
        if group:
            groups.append(_below_thousand(group) + scale)
    return ("minus " if number < 0 else "") + " ".join(reversed(groups))


def ordinal(number: int) -> str:
    """Return ``number`` with its ordinal ending, such as ``1st``, ``12th`` or ``103rd``."""
    if number < 0:
        raise ValueError("ordinals of negative numbers are not defined")
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
