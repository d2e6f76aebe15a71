"""Finds examples in docstrings that are left out where they are run, that any answer meets, or that no reader finds."""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import FUNCTIONS, called, every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    import doctest
    from collections.abc import Iterable, Iterator

DOCUMENTED = (ast.Module, ast.ClassDef, *FUNCTIONS)
RUNNING = {"testmod", "DocTestSuite", "DocTestFinder", "run_docstring_examples"}
WORDS = re.compile(r"\w+")
# A prompt that lacks one of its three signs.
NO_PROMPT = re.compile(r"^\s*>> ?[A-Za-z_][\w.]*\(")


def idle(tests: Iterable[ast.Module], code: ast.Module) -> Iterator[int]:
    """Lines of such examples, where tests run them and most of a file's are so."""
    nodes = [node for tree in tests for node in every_node(tree)]
    if not any(called(node) in RUNNING for node in nodes):
        return
    is_loose = any(getattr(node, "attr", getattr(node, "id", "")) == "ELLIPSIS" for node in nodes)
    found = [pair for node in (code, *every_node(code)) if isinstance(node, DOCUMENTED) for pair in examples(node)]
    empty = [line for line, example in found if asks_nothing(example, is_loose)]
    if 2 * len(empty) > len(found):
        yield from empty
    yield from (line for node in (code, *every_node(code)) if isinstance(node, DOCUMENTED) for line in unfound(node))


def unfound(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[int]:
    """Lines of a docstring that begin like an example, and are none."""
    text = ast.get_docstring(node, clean=False) or ""
    lines = enumerate(text.splitlines(), node.body[0].lineno if text else 0)
    yield from (number for number, line in lines if NO_PROMPT.match(line))


def examples(
    node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> Iterator[tuple[int, doctest.Example]]:
    """Examples of a docstring that show a result, each with its line."""
    text = ast.get_docstring(node, clean=False)
    if not text or ">>>" not in text:
        return
    import doctest

    try:
        found = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return
    first = node.body[0].lineno
    yield from ((first + item.lineno, item) for item in found if item.want)


def asks_nothing(example: doctest.Example, is_loose: bool) -> bool:
    """Tells whether an example is never run, or wants no more than what it gives itself."""
    import doctest

    if example.options.get(doctest.SKIP):
        return True
    is_loose = example.options.get(doctest.ELLIPSIS, is_loose)
    given = set(WORDS.findall(example.source))
    return is_loose and "..." in example.want and not example.exc_msg and set(WORDS.findall(example.want)) <= given
