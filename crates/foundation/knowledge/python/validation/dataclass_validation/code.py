"""Dataclasses that check the types and rules of their fields."""

import dataclasses
import types
from collections.abc import Callable
from typing import Any, NamedTuple, Union, get_args, get_origin, get_type_hints


class Rule(NamedTuple):
    """A test for a value, and the words that describe it: "must be ..."."""

    test: Callable[[Any], bool]
    words: str


class ValidationError(ValueError):
    """One or more fields are wrong; ``problems`` maps their names to the reasons."""

    def __init__(self, problems: dict[str, str]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{name} {reason}" for name, reason in problems.items()))


def between(low: float, high: float) -> Rule:
    """Return the rule that a number lies from ``low`` to ``high``, both included."""
    return Rule(lambda value: low <= value <= high, f"between {low} and {high}")


def not_blank() -> Rule:
    """Return the rule that a string contains more than spaces."""
    return Rule(lambda value: bool(value.strip()), "non-blank")


def checked(*rules: Rule) -> dict[str, tuple[Rule, ...]]:
    """Return the metadata of a field with ``rules``: ``field(metadata=checked(not_blank()))``."""
    return {"rules": rules}


def _matches(value: Any, hint: Any) -> bool:
    """Return whether ``value`` is of the annotated type, as far as that can be told."""
    if hint is Any:
        return True
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return any(_matches(value, option) for option in get_args(hint))
    kind = origin or hint
    if not isinstance(kind, type):
        return True
    if kind is float:
        kind = (int, float)
    if isinstance(value, bool):
        return kind in (bool, object)
    return isinstance(value, kind)


class Validated:
    """Mixin for dataclasses: checks each field when an instance is made."""

    def __post_init__(self) -> None:
        self.validate()

    def problems(self) -> dict[str, str]:
        """Return the first problem of each field that has one, by name."""
        found: dict[str, str] = {}
        hints = get_type_hints(type(self))
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if not _matches(value, hints[field.name]):
                found[field.name] = f"has the wrong type: {type(value).__name__}"
                continue
            for rule in field.metadata.get("rules", ()):
                if value is not None and not rule.test(value):
                    found[field.name] = f"must be {rule.words}"
                    break
        return found

    def validate(self) -> None:
        """Raise ValidationError when any field has a problem."""
        problems = self.problems()
        if problems:
            raise ValidationError(problems)
