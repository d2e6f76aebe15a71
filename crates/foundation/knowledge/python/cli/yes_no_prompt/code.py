"""Ask the user questions on the command line."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

YES = {"y", "yes", "true", "1", "on"}
NO = {"n", "no", "false", "0", "off"}


class NoAnswerError(Exception):
    """Raised when no valid answer was given."""


def parse_yes_no(text: str) -> bool:
    """Return the truth value of an answer; ValueError if it is neither."""
    word = text.strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise ValueError(f"please answer yes or no, not {text.strip()!r}")


def _ask(
    prompt: str, parse: Callable[[str], T], default: T | None, read: Callable[[str], str]
) -> T:
    """Read lines until one can be parsed; an empty one means the default."""
    hint = ""
    for _ in range(3):
        try:
            answer = read(hint + prompt)
        except EOFError:
            answer = ""
            if default is None:
                break
        if not answer.strip() and default is not None:
            return default
        try:
            return parse(answer)
        except ValueError as error:
            hint = f"{error}\n"
    raise NoAnswerError(f"no valid answer to {prompt.strip()!r}")


def ask_yes_no(
    question: str, default: bool | None = None, read: Callable[[str], str] = input
) -> bool:
    """Ask a question until it is answered with yes or no, at most three times."""
    letters = {None: "y/n", True: "Y/n", False: "y/N"}[default]
    return _ask(f"{question} [{letters}] ", parse_yes_no, default, read)


def ask_choice(
    question: str,
    choices: Sequence[str],
    default: str | None = None,
    read: Callable[[str], str] = input,
) -> str:
    """Ask for one of ``choices``; a unique beginning of it is enough."""
    if default is not None and default not in choices:
        raise ValueError(f"default {default!r} is not among the choices")

    def parse(text: str) -> str:
        word = text.strip().lower()
        exact = [choice for choice in choices if choice.lower() == word]
        matches = exact or [choice for choice in choices if choice.lower().startswith(word)]
        if len(matches) != 1:
            raise ValueError(f"please answer one of: {', '.join(choices)}")
        return matches[0]

    return _ask(f"{question} ({'/'.join(choices)}) ", parse, default, read)
