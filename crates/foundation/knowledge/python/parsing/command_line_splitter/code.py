"""Split command lines into arguments, and arguments into options and positionals."""

import shlex
from collections.abc import Iterable


def split_command(line: str, comments: bool = False) -> list[str]:
    """Return the arguments on ``line``, honouring quotes and backslashes.

    With ``comments`` an unquoted ``#`` starts a comment. Raise ValueError for a quote that
    is never closed and for a backslash at the very end.
    """
    try:
        return shlex.split(line, comments=comments)
    except ValueError as error:
        raise ValueError(f"cannot split {line!r}: {error}") from None


def join_command(arguments: Iterable[str]) -> str:
    """Return one line from which split_command gives ``arguments`` back."""
    return " ".join(shlex.quote(argument) for argument in arguments)


def parse_arguments(
    arguments: Iterable[str],
) -> tuple[dict[str, str | bool], list[str]]:
    """Return the options and the positional arguments.

    ``--key=value`` gives a string and ``--flag`` gives True; ``-xv`` sets the flags x and v.
    Everything after ``--`` is positional, as is a lone ``-``. Raise ValueError for an option
    without a name and for one that is given twice.
    """
    options: dict[str, str | bool] = {}
    positionals: list[str] = []

    def put(name: str, value: str | bool) -> None:
        if not name:
            raise ValueError(f"option without a name: '--={value}'")
        if name in options:
            raise ValueError(f"option {name!r} is given twice")
        options[name] = value

    remaining = iter(arguments)
    for argument in remaining:
        if argument == "--":
            positionals.extend(remaining)
        elif argument.startswith("--"):
            name, equals, value = argument[2:].partition("=")
            put(name, value if equals else True)
        elif argument.startswith("-") and argument != "-":
            for letter in argument[1:]:
                put(letter, True)
        else:
            positionals.append(argument)
    return options, positionals
