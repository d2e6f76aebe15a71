"""Fuzzy matching as in the file picker of an editor."""

from collections.abc import Iterable

_MATCH = 1
_WORD_START = 8
_ADJACENT = 5
_NO_MATCH = -(10**9)


def _starts_word(text: str, index: int) -> bool:
    """Return whether a word of ``text`` begins at ``index``, as in snake_case or camelCase."""
    if index == 0:
        return True
    before, here = text[index - 1], text[index]
    return not before.isalnum() or (here.isupper() and not before.isupper())


def fuzzy_score(pattern: str, text: str) -> int | None:
    """Return how well ``pattern`` abbreviates ``text``, or None when it does not.

    Spaces in the pattern and the case of all letters are ignored. Each letter earns points,
    more of them at the start of a word or right after the letter before it.
    """
    letters = pattern.lower().replace(" ", "")
    if not letters:
        return 0
    bonus = [_MATCH + _WORD_START * _starts_word(text, index) for index in range(len(text))]
    # ending[i]: the best score when the letters so far are placed and the last one is at i
    ending: list[int] = []
    for number, letter in enumerate(letters):
        row: list[int] = []
        reachable = _NO_MATCH  # the best score with the previous letter before this place
        for index, character in enumerate(text):
            if character.lower() != letter:
                score = _NO_MATCH
            elif number == 0:
                score = bonus[index]
            else:
                adjacent = ending[index - 1] + _ADJACENT if index else _NO_MATCH
                score = max(reachable, adjacent) + bonus[index]
            row.append(score)
            if ending:
                reachable = max(reachable, ending[index])
        ending = row
    best = max(ending, default=_NO_MATCH)
    return best if best > 0 else None


def fuzzy_filter(pattern: str, candidates: Iterable[str], limit: int | None = None) -> list[str]:
    """Return the candidates that match, the best first; ties prefer the shorter, then A to Z."""
    scored: list[tuple[int, int, str]] = []
    for candidate in candidates:
        score = fuzzy_score(pattern, candidate)
        if score is not None:
            scored.append((-score, len(candidate), candidate))
    return [candidate for _, _, candidate in sorted(scored)][:limit]
