"""Write and read integers in any base."""

from string import ascii_letters, ascii_lowercase, digits

ALPHABET_36 = digits + ascii_lowercase
ALPHABET_62 = digits + ascii_letters


def _check(base: int, alphabet: str) -> None:
    """Raise ValueError when ``alphabet`` cannot supply the digits of ``base``."""
    if len(set(alphabet)) != len(alphabet):
        raise ValueError("the alphabet repeats a character")
    if not 2 <= base <= len(alphabet):
        raise ValueError(f"base must be from 2 to {len(alphabet)}")


def to_base(number: int, base: int, alphabet: str = ALPHABET_36) -> str:
    """Return ``number`` written in ``base`` with the first characters of ``alphabet``."""
    _check(base, alphabet)
    rest = abs(number)
    characters: list[str] = []
    while rest or not characters:
        rest, digit = divmod(rest, base)
        characters.append(alphabet[digit])
    return ("-" if number < 0 else "") + "".join(reversed(characters))


def from_base(text: str, base: int, alphabet: str = ALPHABET_36) -> int:
    """Return the integer that ``text`` stands for in ``base``.

    Underscores between digits are ignored, and so is case as long as the alphabet has only
    one. Raise ValueError for an empty text and for anything that is not a digit.
    """
    _check(base, alphabet)
    body = text.strip().replace("_", "")
    if alphabet == alphabet.lower():
        body = body.lower()
    negative = body.startswith("-")
    if negative:
        body = body[1:]
    if not body:
        raise ValueError(f"no digits in {text!r}")
    values = {character: value for value, character in enumerate(alphabet[:base])}
    number = 0
    for character in body:
        if character not in values:
            raise ValueError(f"{character!r} is not a digit in base {base}")
        number = number * base + values[character]
    return -number if negative else number


def convert_base(text: str, source: int, target: int) -> str:
    """Return the number that is ``text`` in base ``source``, written in base ``target``."""
    return to_base(from_base(text, source), target)


def group_digits(text: str, size: int = 4, separator: str = "_") -> str:
    """Return ``text`` with ``separator`` between groups of ``size`` digits from the right."""
    if size < 1:
        raise ValueError("size must be at least 1")
    sign, body = ("-", text[1:]) if text.startswith("-") else ("", text)
    first = len(body) % size
    groups = [body[:first]] if first else []
    groups += [body[start : start + size] for start in range(first, len(body), size)]
    return sign + separator.join(groups)
