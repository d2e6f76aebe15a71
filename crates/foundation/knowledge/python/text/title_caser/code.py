"""Title case for English headlines."""

from collections.abc import Collection

SMALL_WORDS = frozenset(
    "a an and as at but by for if in nor of on or so the to up via vs yet".split()
)


def _capitalise(word: str) -> str:
    """Put the first letter of ``word`` in upper case, looking past opening punctuation."""
    for index, character in enumerate(word):
        if character.isalnum():
            return word[:index] + character.upper() + word[index + 1 :]
    return word


def _convert(word: str) -> str:
    """Capitalise each hyphenated part of ``word`` unless its capitals are deliberate."""
    if any(character.isupper() for character in word[1:]):
        return word
    return "-".join(_capitalise(part) for part in word.split("-"))


def title_case(text: str, small_words: Collection[str] = SMALL_WORDS) -> str:
    """Return ``text`` in title case, with single spaces between its words.

    Text that is entirely in capitals is lowered first, since its capitals mean nothing.
    """
    words = (text.lower() if text.isupper() else text).split()
    result: list[str] = []
    for index, word in enumerate(words):
        first = index == 0 or words[index - 1].endswith((":", ".", "?", "!"))
        last = index == len(words) - 1
        if word.lower().strip(",;") in small_words and not first and not last:
            result.append(word.lower())
        else:
            result.append(_convert(word))
    return " ".join(result)
