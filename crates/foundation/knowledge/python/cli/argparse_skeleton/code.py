"""Skeleton of a command line program with subcommands.

Run it with ``raise SystemExit(main())`` in a start script.
"""

import argparse
import sys
from collections.abc import Sequence
from typing import TextIO


class UserError(Exception):
    """A problem the user can solve; shown without a traceback."""


def positive_int(text: str) -> int:
    """Convert an option value to an integer above zero."""
    try:
        number = int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not above zero")
    return number


def run_sum(options: argparse.Namespace, out: TextIO) -> None:
    """Handle ``sum``: add up numbers."""
    total = sum(options.numbers)
    if options.limit is not None and total > options.limit:
        raise UserError(f"total {total:g} is above the limit {options.limit:g}")
    print(f"{total:g}", file=out)


def run_repeat(options: argparse.Namespace, out: TextIO) -> None:
    """Handle ``repeat``: write a text several times."""
    text = options.text.upper() if options.upper else options.text
    print("\n".join([text] * options.times), file=out)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with all subcommands."""
    parser = argparse.ArgumentParser(prog="tool", description="A tool with subcommands.")
    parser.add_argument("--version", action="version", version="tool 1.0")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")

    sum_parser = commands.add_parser("sum", help="add up numbers")
    sum_parser.add_argument("numbers", type=float, nargs="+", help="the numbers to add")
    sum_parser.add_argument("--limit", type=float, help="fail if the total is greater")
    sum_parser.set_defaults(handler=run_sum)

    repeat_parser = commands.add_parser("repeat", help="write a text several times")
    repeat_parser.add_argument("text")
    repeat_parser.add_argument("-n", "--times", type=positive_int, default=2)
    repeat_parser.add_argument("-u", "--upper", action="store_true", help="use capitals")
    repeat_parser.set_defaults(handler=run_repeat)
    return parser


def main(arguments: Sequence[str] | None = None, out: TextIO | None = None) -> int:
    """Run the program and return its exit code.

    Wrong usage ends with SystemExit(2), as argparse does it.
    """
    options = build_parser().parse_args(arguments)
    try:
        options.handler(options, out or sys.stdout)
    except UserError as error:
        print(f"tool: error: {error}", file=sys.stderr)
        return 2
    return 0
