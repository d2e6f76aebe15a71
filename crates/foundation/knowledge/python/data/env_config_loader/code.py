"""Read typed configuration from environment variables."""

import dataclasses
import os
import types
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


class ConfigError(Exception):
    """The configuration is unusable; ``problems`` lists all reasons."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("invalid configuration: " + "; ".join(problems))
        self.problems = problems


def _boolean(text: str) -> bool:
    word = text.strip().lower()
    if word not in TRUE | FALSE:
        raise ValueError(text)
    return word in TRUE


CONVERTERS: dict[Any, tuple[Callable[[str], Any], str]] = {
    str: (str, "text"),
    int: (int, "a whole number"),
    float: (float, "a number"),
    bool: (_boolean, "true or false"),
    Path: (Path, "a path"),
}


def _without_none(hint: Any) -> Any:
    """Return X for a hint like ``X | None``."""
    if get_origin(hint) in (Union, types.UnionType):
        others = [arg for arg in get_args(hint) if arg is not types.NoneType]
        return others[0] if len(others) == 1 else hint
    return hint


def _convert(hint: Any, text: str) -> Any:
    """Convert ``text``; ValueError carries a description of what was expected."""
    hint = _without_none(hint)
    if get_origin(hint) is list:
        parts = (part.strip() for part in text.split(","))
        return [_convert(get_args(hint)[0], part) for part in parts if part]
    if hint not in CONVERTERS:
        raise TypeError(f"unsupported type for configuration: {hint}")
    converter, expected = CONVERTERS[hint]
    try:
        return converter(text)
    except ValueError:
        raise ValueError(expected) from None


def load_config(cls: type[T], environ: Mapping[str, str] | None = None, prefix: str = "") -> T:
    """Return an instance of the dataclass ``cls`` filled from ``environ``.

    The variable for field ``db_host`` with prefix "APP_" is APP_DB_HOST.  A
    missing variable takes the field's default.  Lists are separated by commas.
    Raises ConfigError naming every missing or malformed variable.
    """
    env = os.environ if environ is None else environ
    hints = get_type_hints(cls)
    values: dict[str, Any] = {}
    problems: list[str] = []
    for field in dataclasses.fields(cls):
        name = prefix + field.name.upper()
        if name in env:
            try:
                values[field.name] = _convert(hints[field.name], env[name])
            except ValueError as error:
                problems.append(f"{name} must be {error}")
        elif field.default is field.default_factory is dataclasses.MISSING:
            problems.append(f"{name} is missing")
    if problems:
        raise ConfigError(problems)
    return cls(**values)
