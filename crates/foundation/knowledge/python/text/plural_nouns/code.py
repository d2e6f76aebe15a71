"""Plurals of English nouns."""

import re

IRREGULAR = {
    "child": "children",
    "person": "people",
    "man": "men",
    "woman": "women",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "mouse": "mice",
    "ox": "oxen",
    "leaf": "leaves",
    "life": "lives",
    "knife": "knives",
    "wife": "wives",
    "wolf": "wolves",
    "half": "halves",
    "shelf": "shelves",
    "loaf": "loaves",
    "potato": "potatoes",
    "tomato": "tomatoes",
    "hero": "heroes",
    "echo": "echoes",
    "index": "indices",
    "criterion": "criteria",
    "analysis": "analyses",
    "crisis": "crises",
    "datum": "data",
    "cactus": "cacti",
}
SAME = {"sheep", "fish", "deer", "series", "species", "aircraft", "information", "news"}


def plural(noun: str) -> str:
    """Return the plural of a noun; the case of its letters stays."""
    if not noun:
        raise ValueError("there is no noun")
    lower = noun.lower()
    if lower in SAME:
        return noun
    if lower in IRREGULAR:
        return _cased(IRREGULAR[lower], noun)
    if re.search(r"(s|x|z|ch|sh)$", lower):
        return noun + _ending("es", noun)
    if re.search(r"[^aeiou]y$", lower):
        return noun[:-1] + _ending("ies", noun)
    return noun + _ending("s", noun)


def counted(count: int, noun: str) -> str:
    """Return a phrase such as ``1 file`` or ``3 files``."""
    return f"{count} {noun if count == 1 else plural(noun)}"


def _ending(ending: str, noun: str) -> str:
    return ending.upper() if noun.isupper() and len(noun) > 1 else ending


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word
