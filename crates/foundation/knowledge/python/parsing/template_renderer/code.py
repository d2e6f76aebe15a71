"""Render templates such as ``Hello {{ user.name|title }}!``."""

import html
import re
from collections.abc import Callable, Mapping, Sequence

Filter = Callable[[object], object]

_PLACEHOLDER = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_EXPRESSION = re.compile(r"\s*(\w+(?:\.\w+)*)\s*((?:\|\s*\w+\s*)*)")
_FILTERS: dict[str, Filter] = {
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
    "title": lambda value: str(value).title(),
    "trim": lambda value: str(value).strip(),
    "escape": lambda value: html.escape(str(value)),
}


def _lookup(path: str, context: Mapping[str, object]) -> object:
    """Follow the dotted ``path`` through mappings, sequences and public attributes."""
    value: object = context
    for name in path.split("."):
        try:
            if isinstance(value, Mapping):
                value = value[name]
            elif isinstance(value, Sequence) and name.isdigit():
                value = value[int(name)]
            elif name.startswith("_"):
                raise AttributeError(name)
            else:
                value = getattr(value, name)
        except (KeyError, IndexError, AttributeError):
            raise ValueError(f"no value for {name!r} in {path!r}") from None
    return value


def render_template(
    template: str,
    context: Mapping[str, object],
    filters: Mapping[str, Filter] | None = None,
) -> str:
    """Return ``template`` with every placeholder replaced by its value.

    ``filters`` adds to the built-in upper, lower, title, trim and escape. Raise ValueError
    for a malformed placeholder, an unknown filter and a missing value.
    """
    known = {**_FILTERS, **(filters or {})}

    def replace(match: re.Match[str]) -> str:
        expression = _EXPRESSION.fullmatch(match[1])
        if expression is None:
            raise ValueError(f"malformed placeholder {match[0]!r}")
        value = _lookup(expression[1], context)
        for name in re.findall(r"\w+", expression[2]):
            if name not in known:
                raise ValueError(f"unknown filter {name!r}")
            value = known[name](value)
        return str(value)

    if "{{" in _PLACEHOLDER.sub("", template):
        raise ValueError("a placeholder is never closed")
    return _PLACEHOLDER.sub(replace, template)
