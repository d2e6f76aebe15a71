"""Recognise palindromes and find them inside longer strings."""


def is_palindrome(text: str) -> bool:
    """Return whether ``text`` reads the same backwards.

    Only letters and digits count, and their case does not matter.
    """
    characters = [character for character in text.casefold() if character.isalnum()]
    left, right = 0, len(characters) - 1
    while left < right:
        if characters[left] != characters[right]:
            return False
        left += 1
        right -= 1
    return True


def _expand(text: str, left: int, right: int) -> tuple[int, int]:
    """Return the bounds of the widest palindrome around a centre, end excluded."""
    while left >= 0 and right < len(text) and text[left] == text[right]:
        left -= 1
        right += 1
    return left + 1, right


def longest_palindrome(text: str) -> str:
    """Return the longest palindrome within ``text``, the first one if several are as long.

    Here every character counts as it is.
    """
    start, end = 0, 0
    for centre in range(len(text)):
        for right in (centre, centre + 1):
            low, high = _expand(text, centre, right)
            if high - low > end - start:
                start, end = low, high
    return text[start:end]
