"""Find words that consist of the same letters."""

from collections.abc import Iterable


def _letters(text: str) -> str:
    """Return the sorted letters and digits of ``text``, the same for all its anagrams."""
    return "".join(sorted(character for character in text.casefold() if character.isalnum()))


def are_anagrams(first: str, second: str) -> bool:
    """Return whether two different phrases consist of the same letters."""
    return first.casefold() != second.casefold() and _letters(first) == _letters(second)


def group_anagrams(words: Iterable[str], smallest: int = 2) -> list[list[str]]:
    """Return the groups of anagrams among ``words`` that have at least ``smallest`` members.

    Groups and their members keep the order of first appearance; repeated words count once.
    """
    if smallest < 1:
        raise ValueError("smallest must be at least 1")
    groups: dict[str, dict[str, str]] = {}
    for word in words:
        groups.setdefault(_letters(word), {}).setdefault(word.casefold(), word)
    return [list(group.values()) for group in groups.values() if len(group) >= smallest]


def find_anagrams(word: str, candidates: Iterable[str]) -> list[str]:
    """Return the candidates that are anagrams of ``word``, in their order."""
    return [candidate for candidate in candidates if are_anagrams(word, candidate)]
