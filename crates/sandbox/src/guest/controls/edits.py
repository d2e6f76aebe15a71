"""Writes the edits by which an expectation leaves its test, becomes another, or one that nothing equals.

Each is a piece of the file by bytes, with the text that takes its place. The engine chooses which tests of a control
get which, and lays them into the file (`evidence/edits.rs`); lines keep their numbers.
"""

from __future__ import annotations

import ast
import bisect
import builtins
import io
import re
import tokenize

import _saraphina_controls_expectations as expectations
import _saraphina_controls_mutants as mutants
import _saraphina_controls_values as values

TYPE_CHECKING = False
if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from typing import Any

    from _saraphina_controls_expectations import Found
    from _saraphina_controls_scope import Scope
    from _saraphina_types import Coded, Edit

# The names under which a box tells a value outside (`suite/told.py`).
TELL = "_saraphina_tell"
RAISING = "_saraphina_raising"
NOTHING = "object()"
# Errors at which pytest ends, whichever test they leave.
ENDING = {"KeyboardInterrupt", "BaseException"}
# A pattern that no text has, and a logger that nobody has.
NO_TEXT = '"(?!)"'
NO_LOGGER = "_saraphina_nobody"
DEPTH = 20
# Values by type, so unlike each other that no honest answer equals all of a kind.
UNLIKE: dict[type, tuple[object, ...]] = {
    bool: (None, 2, "no"),
    int: (-1000003, 0, 1, 1 << 70),
    float: (-1000003.5, 0.0, 1.0, 1e300),
    str: ("", "\x00", "A1 " * 9),
    bytes: (b"", b"\x00", b"A1 " * 9),
    list: ([], [None], [[]] * 9),
    tuple: ((), (None,), ((),) * 9),
    dict: ({}, {None: None}, {"": {}}),
    type(None): (0, "", False),
}


class Text:
    """A file by bytes, as the places of a syntax tree count them; only UTF-8 is understood.

    A file that declares another encoding has no tree, and so does not come here (`suite/syntax.py`).
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.is_known = False
        self.removed: list[Edit] | None = None
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            return
        self.is_known = True
        mark = 3 if content.startswith(b"\xef\xbb\xbf") else 0
        self.starts = [mark]
        for line in re.split(rb"(?<=\n)|(?<=\r)(?!\n)", content[mark:]):
            self.starts.append(self.starts[-1] + len(line))

    def span(self, node: ast.expr) -> tuple[int, int]:
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        return self.starts[first] + node.col_offset, self.starts[last] + (node.end_col_offset or 0)

    def of(self, node: ast.expr) -> str:
        """The text of a node without its comments."""
        start, end = self.span(node)
        text, at = "", start
        removals = self.comments()
        for first, last, _ in removals[bisect.bisect_left(removals, (start, start, "")) :]:
            if last > end:
                break
            text += self.content[at:first].decode()
            at = last
        return text + self.content[at:end].decode()

    def instead(self, node: ast.expr, text: str) -> Edit:
        """Another text in the place of a node, as many lines long."""
        start, end = self.span(node)
        missing = (node.end_lineno or node.lineno) - node.lineno - text.count("\n")
        return start, end, "(" + text + "\n" * missing + ")" if missing > 0 else text

    def comments(self) -> list[Edit]:
        """Removes comments, by which a file could say what it was before it was changed."""
        if self.removed is None:
            self.removed = list(self.removals())
        return self.removed

    def removals(self) -> Iterator[Edit]:
        plain = io.StringIO(self.content[self.starts[0] :].decode(), newline="")
        try:
            for token in tokenize.generate_tokens(plain.readline):
                if token.type == tokenize.COMMENT:
                    line, column = token.start
                    before = self.content[self.starts[line - 1] : self.starts[line]].decode()[:column]
                    start = self.starts[line - 1] + len(before.encode())
                    yield start, start + len(token.string.encode()), ""
        except (tokenize.TokenError, IndentationError, SyntaxError, IndexError):
            return

    def edited(self, edits: list[Edit]) -> bytes:
        content = self.content
        for start, end, text in sorted(edits, reverse=True):
            content = content[:start] + text.encode() + content[end:]
        return content


def expected_sites(found: Found, scope: Scope) -> tuple[ast.expr, list[ast.expr]]:
    """The operand that is looked at, and where the literals are that the other one has its value from."""
    if found.kind not in ("equal", "same") or found.expected is None:
        return found.actual, []
    sides = [(found.actual, found.expected), (found.expected, found.actual)]
    literal = [is_literal(other, scope) for _, other in sides]
    if all(literal):
        # Neither side is an answer of anybody.
        return found.actual, []
    for (looked_at, other), is_one in zip(sides, literal):
        if is_one:
            return looked_at, scope.sites(other) if hasattr(other, "lineno") else [other]
    return found.actual, []


def is_literal(node: ast.expr, scope: Scope) -> bool:
    sites = scope.sites(node)
    try:
        for site in sites:
            values.expected(site)
    except ValueError:
        return False
    return bool(sites)


def coded(sites: list[ast.expr], spared: set[int]) -> list[Coded | None]:
    """What is expected in each row; nothing in one that may be skipped, or is there to fail."""
    # What lies deeper is never told either.
    start = values.MOST_DEPTH - DEPTH
    return [
        None if getattr(site, "lineno", 0) in spared else values.encode(values.expected(site), start) for site in sites
    ]


# Out of the box


def asking(number: int, found: Found, actual: ast.expr, sites: list[ast.expr], text: Text) -> list[Edit]:
    """Edits by which the box tells a value and knows no expectation."""
    row = ""
    edits: list[Edit] = []
    for index, site in enumerate(sites):
        if is_inside(site, found.node):
            continue
        edits.append(text.instead(site, str(index)))
        other = found.expected if actual is found.actual else found.actual
        row = f", {text.of(other)}" if other is not None else ""
    told = f"{TELL}({number}, ({text.of(actual)}){row})"
    edits.append(text.instead(found.node, told))
    if found.message is not None:
        edits.append(text.instead(found.message, "0"))
    return edits


def is_inside(site: ast.expr, node: ast.expr) -> bool:
    """Tells whether a literal stands in the assertion itself; one that nobody wrote does."""
    return not hasattr(site, "lineno") or any(item is site for item in ast.walk(node))


def asking_raised(number: int, call: ast.Call, classes: set[str], text: Text) -> tuple[list[Edit], list[str]]:
    """The same for an exception; with the names of the classes that may be raised."""
    kind = expectations.kind_of(call)
    if kind is None or expectations.name_of(call) not in expectations.RAISERS:
        # What code warns of is not told.
        return [], []
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    names = [exception_name(kind, classes) for kind in kinds]
    if not names or not all(names):
        return [], []
    # A class of the code's own may be no `Exception`; which one it was is told in either case.
    known = [getattr(builtins, name, None) for name in names]
    is_plain = all(isinstance(one, type) and issubclass(one, Exception) for one in known)
    # Where a function is given, it is what tells; else the context is.
    start, end = text.span(expectations.function_of(call) or call)
    opened, closed = (start, start, f"{RAISING}({number}, "), (end, end, ")")
    return [opened, text.instead(kind, "Exception" if is_plain else "BaseException"), closed], names


def exception_name(node: ast.expr, classes: set[str]) -> str:
    """The name that an exception's class has itself; any other name may be an alias."""
    name = getattr(node, "attr", getattr(node, "id", ""))
    if name in classes:
        return str(name)
    kind = getattr(builtins, getattr(node, "id", ""), None)
    return kind.__name__ if isinstance(kind, type) and issubclass(kind, BaseException) else ""


# Other expectations


def changeable(found: Found, scope: Scope) -> list[ast.expr]:
    """Where the literals are of which at least a part can be another, as in `approx(1.5)` or `[1, other]`."""
    for operand in (found.expected, found.actual):
        if operand is not None and hasattr(operand, "lineno"):
            sites = scope.sites(operand)
            if sites and all(map(mutants.parts, sites)):
                return sites
    return []


def changing(sites: list[ast.expr], is_loop: bool, text: Text, chance: random.Random) -> tuple[list[Edit], int]:
    """Edits that change literals, and how many cases of the test must then fail; nothing where none can change."""
    chosen = sites[-1:] if is_loop else [site for site in sites if chance.random() < 0.5] or sites[:1]
    pairs = [mutants.changed(site, chance) for site in chosen if hasattr(site, "lineno")]
    if not pairs or None in pairs:
        return [], 0
    return [text.instead(*pair) for pair in pairs if pair is not None], len(pairs)


def contrary(found: Found, text: Text) -> list[Edit]:
    """Edits after which an assertion says the contrary."""
    if found.kind == "holds" and found.is_method:
        return failing(found, text)
    node = found.actual if found.is_method else found.node
    return [text.instead(node, f"(not ({text.of(node)}))")]


def failing(found: Found, text: Text) -> list[Edit]:
    """Edits after which a method is given what it must fail for: the same method, as another one may be sound."""
    call = found.node
    if not isinstance(call, ast.Call):
        return []
    if found.actual is call:
        return other_logger(call, text)
    operands = zip(call.args, expectations.FAILING.get(expectations.name_of(call), ()))
    # What the test works out is worked out all the same.
    return [text.instead(node, f"(({text.of(node)}), {other})[1]") for node, other in operands if other]


def other_logger(call: ast.Call, text: Text) -> list[Edit]:
    """Edits after which something is to be logged where nobody logs."""
    named = [*call.args[:1], *(item.value for item in call.keywords if item.arg == "logger")]
    if named:
        return [text.instead(named[0], f'"{NO_LOGGER}"')]
    end = text.span(call)[1]
    return [] if call.keywords else [(end - 1, end - 1, f'"{NO_LOGGER}"')]


def unequal_inside(found: Found, text: Text) -> list[Edit]:
    """Edits after which what an assertion compares inside equals nothing; none where that need not make it fail."""
    if found.kind == "false" or (found.kind == "holds" and found.is_method):
        # What equals nothing is false already, and of a method the operand alone is no condition.
        return []
    node = found.actual if found.is_method else found.node
    if isinstance(node, ast.Compare) and all(isinstance(item, ast.In) for item in node.ops):
        return [text.instead(node, f"(({text.of(node.left)}) in [{NOTHING}])")]
    inner = [item for item in ast.walk(node) if isinstance(item, ast.Compare)] if is_of_all(node) else []
    return [text.instead(item, f"(({text.of(item.left)}) == {NOTHING})") for item in inner]


def is_of_all(node: ast.expr) -> bool:
    """Tells whether something holds for all of what is written out, so that one that does not makes it false."""
    if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "all" and len(node.args) == 1):
        return False
    given = node.args[0]
    if isinstance(given, (ast.GeneratorExp, ast.ListComp)):
        table = given.generators[0].iter
        is_one = len(given.generators) == 1 and not given.generators[0].ifs
        return is_one and isinstance(table, (ast.List, ast.Tuple)) and bool(table.elts) and is_equality(given.elt)
    return isinstance(given, (ast.List, ast.Tuple)) and bool(given.elts) and all(map(is_equality, given.elts))


def is_equality(node: Any) -> bool:
    return isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq)


def unequal(found: Found, text: Text, looked_at: ast.expr, sites: list[ast.expr]) -> list[Edit]:
    """Edits after which the expectation is one that nothing meets, from whichever side it is compared."""
    node = found.actual if found.is_method else found.node
    if found.kind == "raises":
        return other_error(found.node, text) if isinstance(found.node, ast.Call) else []
    if found.kind in ("equal", "same"):
        sign = "==" if found.kind == "equal" else "is"
        left, right = text.of(found.actual), "None"
        if found.expected is not None and hasattr(found.expected, "lineno"):
            right = text.of(found.expected)
        told = f"(({left}) {sign} {NOTHING} or {NOTHING} {sign} ({right}))"
        if found.kind == "equal" and sites:
            told = f"((lambda it: it == {NOTHING} or {NOTHING} == it{equals_all(sites)})({text.of(looked_at)}))"
        if found.is_method and isinstance(found.node, ast.Call) and isinstance(found.node.func, ast.Attribute):
            told = f"{text.of(found.node.func.value)}.assertTrue{told}"
        return [text.instead(found.node, told)]
    if found.kind == "holds" and found.is_method:
        return failing(found, text)
    is_false = found.is_method and found.kind == "false"
    return [text.instead(node, f"(({text.of(node)}) {'is not' if is_false else 'is'} {NOTHING})")]


def other_error(call: ast.Call, text: Text) -> list[Edit]:
    """Edits after which no error is the one that is expected, and none leaves its test that ends the whole suite."""
    kind = expectations.kind_of(call)
    base = "Warning" if expectations.name_of(call) in expectations.WARNERS else "Exception"
    if kind is None:
        return other_text(call, text)
    names = [getattr(one, "id", "") for one in (kind.elts if isinstance(kind, ast.Tuple) else [kind])]
    if not ENDING.intersection(names):
        return [text.instead(kind, f'type("Other", ({base},), {{}})')]
    if expectations.name_of(call) in expectations.PATTERNED:
        return [text.instead(call.args[1], NO_TEXT)] if len(call.args) == 2 else []
    is_bare = expectations.name_of(call) == "raises" and kind in call.args and len(call.args) == 1
    # Of the errors that may come, none has this text.
    return [text.instead(kind, f"{text.of(kind)}, match={NO_TEXT}")] if is_bare and not call.keywords else []


def other_text(call: ast.Call, text: Text) -> list[Edit]:
    """Edits after which no warning has the text that is expected, where its class is not said."""
    patterns = [item.value for item in call.keywords if item.arg == "match"]
    if patterns:
        return [text.instead(patterns[0], NO_TEXT)]
    end = text.span(call)[1]
    return [(end - 1, end - 1, f"match={NO_TEXT}")] if not call.args and not call.keywords else []


def equals_all(sites: list[ast.expr]) -> str:
    """The rest of a condition that holds for what equals every value of a kind, and for nothing honest."""
    expected = [values.expected(site) for site in sites]
    others = [value for value in UNLIKE.get(type(expected[0]), ()) if value not in expected]
    return f" or ({' and '.join(f'it == {value!r}' for value in others)})" if others else ""
