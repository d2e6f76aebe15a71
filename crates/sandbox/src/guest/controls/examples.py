"""Finds examples that no test has to know: calls with their results, in docstrings and in the owner's request.

They are inputs that were held out of the tests, so code with answers written down for those of the tests does not know
them. `replay.py` makes the calls in a box of its own; the engine alone compares. Only calls of functions with plain
literals are taken.
"""

from __future__ import annotations

import ast
import re

import _saraphina_controls_values as values
import _saraphina_controls_witness as witness
import _saraphina_suite_syntax as syntax

TYPE_CHECKING = False
if TYPE_CHECKING:
    import doctest
    from collections.abc import Iterator

    from _saraphina_suite_syntax import Facts
    from _saraphina_types import Calls, Expectation, Frame, Function, Job

MOST_EXAMPLES = 100
# Longer requests are descriptions of something else than a few functions.
MOST_CHARACTERS = 20_000
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
CALL = re.compile(r"(?<![\w.])(?:[A-Za-z_]\w*\.)?[A-Za-z_]\w*\(")
SIGN = re.compile(r"`?\s*(?:==|=>|->|→|➞|⇒|returns?\b|should (?:return|be|give|equal)\b|gives?\b|equals\b)\s*`?")
# Where a value may be over; a dot before a digit is part of a number.
END = re.compile(r"[,;`)]|\.(?!\d)| (?:and|or|but|for|while)\b|$")
# Such a line tells what is wrong today, or must never be.
CONTRARY = re.compile(
    r"\b(?:not|never|instead|currently|wrong(?:ly)?|bug|actually|unlike|was|fails?)\b|n't\b", re.IGNORECASE
)

# Where the code keeps something, such a line may be about what was done before.
ORDER = re.compile(r"\b(?:after|afterwards|before|then|first|again|once|when|given|if|second|next)\b", re.IGNORECASE)


def examples(job: Job, facts: Facts, request: str) -> list[Frame]:
    """Every example whose call needs nothing but its literals: of the request, then of docstrings."""
    modules = {syntax.module_name(path): facts.trees[path] for path in job["code"] if path in facts.trees}
    found = list(of_request(request[:MOST_CHARACTERS], known(modules, None)))
    for path in job["code"]:
        if path in facts.trees:
            calls = known(modules, syntax.module_name(path))
            for node in ast.walk(facts.trees[path]):
                if isinstance(node, DOCUMENTED):
                    found.extend(of_docstring(path, node, calls))
    return found[:MOST_EXAMPLES]


def known(modules: dict[str, ast.Module], own: str | None) -> Calls:
    """What names mean there: functions of the module itself, else those that one module alone has, and the modules."""
    bound: dict[str, tuple[str, str | None]] = {}
    shared: set[str] = set()
    for module, tree in modules.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                shared |= {node.name} & bound.keys()
                bound[node.name] = (module, node.name)
        if "." not in module:
            bound.setdefault(module, (module, None))
    kept = {name: target for name, target in bound.items() if name not in shared}
    if own is not None:
        names = {node.name for node in modules[own].body if isinstance(node, ast.FunctionDef)}
        kept.update({name: (own, name) for name in names})
    return kept, modules, {module: witness.keeps_state(tree) for module, tree in modules.items()}


def of_docstring(path: str, node: ast.Module | ast.ClassDef | Function, calls: Calls) -> Iterator[Frame]:
    text = ast.get_docstring(node, clean=False)
    if text and ">>>" in text:
        first = node.body[0].lineno
        yield from of_prompts(text, path, first, False, calls)


def of_prompts(text: str, place: str, first: int, is_asked: bool, calls: Calls) -> Iterator[Frame]:
    # Much hangs on it, and few files need it.
    import doctest

    try:
        found = doctest.DocTestParser().get_examples(text)
    except ValueError:
        return
    for example in found:
        if example.options:
            continue
        for call, expected in prompted(example):
            yield from framed(call, expected, place, first + example.lineno, is_asked, calls)


def prompted(example: doctest.Example) -> list[Expectation]:
    """The call of an example at a prompt, with the value or the exception that stands below it."""
    node = expression(example.source)
    if isinstance(node, ast.Compare) and example.want.strip() == "True":
        return witness.pairs(node)
    if not isinstance(node, ast.Call):
        return []
    if example.exc_msg is not None:
        kind = expression(example.exc_msg.partition(":")[0])
        name = witness.exception_name(kind) if kind is not None else ""
        return [(node, {"raises": [name]})] if name else []
    wanted = expression(example.want)
    return witness.expect(node, wanted) if wanted is not None else []


def of_request(text: str, calls: Calls) -> Iterator[Frame]:
    """Examples of the owner: at prompts, and as `f(1) == 2`, `f(1) -> 2`, `f(1) returns 2`."""
    if ">>>" in text:
        at_prompts = list(of_prompts(text, "request", 1, True, calls))
        is_whole = len(at_prompts) == len(re.findall(r"^\s*>>>", text, re.MULTILINE))
        yield from (found for found in at_prompts if is_whole or not found["stateful"])
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith(">>>") or CONTRARY.search(line):
            continue
        for match in CALL.finditer(line):
            call, rest = called(line[match.start() :])
            sign = SIGN.match(rest) if call is not None else None
            wanted = valued(rest[sign.end() :]) if sign else None
            if call is not None and wanted is not None:
                for each, expected in witness.expect(call, wanted):
                    for found in framed(each, expected, "request", number, True, calls):
                        if not (found["stateful"] and ORDER.search(line)):
                            yield found


def called(text: str) -> tuple[ast.Call | None, str]:
    """The call that a text begins with, and what follows it."""
    for end in (match.end() for match in re.finditer(r"\)", text)):
        node = expression(text[:end])
        if isinstance(node, ast.Call):
            return node, text[end:]
    return None, ""


def valued(text: str) -> ast.expr | None:
    """The literal that a text begins with; nothing where it could be read in two ways."""
    found: list[ast.expr] = []
    for match in END.finditer(text):
        node = expression(text[: match.start()])
        if node is not None and witness.is_value(node):
            found.append(node)
    meanings = [values.expected(node) for node in found]
    return found[0] if found and all(meaning == meanings[0] for meaning in meanings) else None


def expression(text: str) -> ast.expr | None:
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def framed(call: ast.Call, expected: Frame, place: str, line: int, is_asked: bool, calls: Calls) -> Iterator[Frame]:
    """The example as data; a value with fractions may be rounded for the reader, so it is no example."""
    if "value" in expected and has_fraction(expected["value"]):
        return
    found = witness.witness(call, calls)
    if found is not None:
        yield {"place": place, "line": line, "is_asked": is_asked, "expected": expected, **found}


def has_fraction(coded: object) -> bool:
    if not isinstance(coded, list):
        return False
    if coded[:1] == ["ratio"]:
        return True
    if coded[:1] in (["float"], ["complex"]):
        return any(isinstance(part, str) and ("." in part or "n" in part) for part in coded[1:])
    return any(has_fraction(part) for part in coded)
