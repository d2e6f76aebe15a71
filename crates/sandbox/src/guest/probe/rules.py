"""What the settings of a project say about tests: which functions are some, what all need, how some end.

Other settings change what is shown, or make a warning an error: a full execution heeds them. The forms are those of
pytest's reference, "Configuration Options".
"""

from __future__ import annotations

import configparser
import fnmatch
import importlib
import re
import shlex

import _saraphina_probe_stand_in as stand_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

HEEDED = re.compile(r"(?m)^\s*(python_functions|python_classes|usefixtures|xfail_strict|strict_xfail|strict)\s*=")
TABLES = ("pytest", "tool:pytest")
GLOB = re.compile(r"[*?\[]")


class Rules:
    """Rules of a suite; those of pytest where nobody says otherwise."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.functions, self.function_globs = names(settings.get("python_functions", "test"))
        self.classes, self.class_globs = names(settings.get("python_classes", "Test"))
        used = words(settings.get("usefixtures", ""))
        self.marks = [stand_in.Mark("usefixtures", tuple(used))] if used else []
        strict = (settings.get(name) for name in ("xfail_strict", "strict_xfail", "strict"))
        self.is_strict = any(str(value).strip().lower() in ("1", "yes", "true", "on") for value in strict)

    def is_test(self, name: str) -> bool:
        return name.startswith(self.functions) or any(fnmatch.fnmatch(name, form) for form in self.function_globs)

    def is_class(self, name: str) -> bool:
        return name.startswith(self.classes) or any(fnmatch.fnmatch(name, form) for form in self.class_globs)


def names(value: object) -> tuple[tuple[str, ...], list[str]]:
    """How names begin, and what they may look like."""
    found = words(value)
    return tuple(found), [word for word in found if GLOB.search(word)]


def words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else shlex.split(str(value))


USUAL = Rules({})


def read(path: str, text: bytes) -> Rules | None:
    """The rules of a settings file; nothing where they cannot be read here. Raises for a broken file."""
    shown = text.decode("utf-8", "replace")
    if not HEEDED.search(shown):
        return USUAL
    if not path.endswith(".toml"):
        parser = configparser.ConfigParser(interpolation=None, strict=False, allow_no_value=True)
        parser.read_string(shown)
        return Rules(next((dict(parser[table]) for table in TABLES if table in parser), {}))
    try:
        tomllib: Any = importlib.import_module("tomllib")
    except ImportError:  # before Python 3.11
        return None
    found = tomllib.loads(shown)
    table = found.get("tool", found).get("pytest", {})
    return Rules(table.get("ini_options", table))
