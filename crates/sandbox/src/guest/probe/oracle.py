"""What the assertion that waits for the value of a call says of another value.

`assert f(3) == [4]` tells of any value whether the test goes on with it; nothing has to run for that.
"""

from __future__ import annotations

import ast
import re

import _saraphina_probe_fuel as fuel
import _saraphina_probe_inserts as inserts
from _saraphina_probe_pure import is_harmless
from _saraphina_probe_sites import SCOPES, effects, expression, is_iterator

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any

    from _saraphina_probe_files import Files
    from _saraphina_probe_sites import Expression

# The name under which an assertion reads the value; no program can have it.
NAME = "<value>"
# Methods of `unittest.TestCase` as comparisons.
COMPARISONS = {"assertEqual": ast.Eq, "assertNotEqual": ast.NotEq, "assertIs": ast.Is, "assertIn": ast.In}
# Functions that give their value later: generators and what is awaited.
LATER = 0x20 | 0x80 | 0x200
# What says of an assertion that it may fail.
LENIENT = re.compile(r"raises|xfail|suppress|expectedFailure", re.IGNORECASE)


class Oracle:
    """The assertions that wait for the value of one call, by the lines at which the call is made."""

    def __init__(self, files: Files) -> None:
        self.checks = {}
        for path in files.tests:
            try:
                tree = ast.parse(files.texts[path])
            except fuel.BAD_TEXT:
                continue
            lenient = {inner for node in ast.walk(tree) if is_lenient(node) for inner in ast.walk(node)}
            for block in inserts.Blocks(tree).blocks:
                for node, follower in zip(block, [*block[1:], None]):
                    check = None if node in lenient else check_of(node, follower)
                    for line in inserts.lines_of(node) if check else ():
                        self.checks[files.full(path), line] = check

    def holds(self, frame: types.FrameType, value: object) -> bool | None:
        """Tells whether the test goes on with a value that a function gives it; nothing where that cannot be told."""
        caller = frame.f_back
        if caller is None:
            return None
        check = self.checks.get((caller.f_code.co_filename, caller.f_lineno))
        is_later = frame.f_code.co_flags & LATER or is_iterator(value)
        if not check or is_later or check.function != frame.f_code.co_name:
            return None
        names = {**caller.f_globals, **caller.f_locals, NAME: value}
        if not check.condition.is_plain(*effects(check.condition, names)):
            return None
        try:
            return bool(eval(check.condition.code, names))
        except Exception:
            return False


class Check:
    """A condition on the value of a function."""

    def __init__(self, function: str, condition: Expression) -> None:
        self.function, self.condition = function, condition


def is_lenient(node: ast.AST) -> bool:
    """Tells whether a test may go on where an assertion in a statement fails."""
    said = [*getattr(node, "decorator_list", ()), *(item.context_expr for item in getattr(node, "items", ()))]
    return isinstance(node, ast.Try) or any(LENIENT.search(ast.unparse(part)) for part in said)


def check_of(node: ast.stmt, follower: ast.stmt | None) -> Check | None:
    """That of a statement, or of the one behind it where it only gives the value a name."""
    name: str | None = None
    value: ast.expr | None = None
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        name, value = node.targets[0].id, node.value
    test = asserted(node if name is None else follower)
    if test is None:
        return None
    calls = unknown_calls(test if value is None else value)
    if len(calls) != 1 or value is not None and calls != [value]:
        return None
    function = name_of(calls[0])
    # Of calls within its arguments, the name alone tells it.
    if function is None or function in [name_of(inner) for inner in ast.walk(calls[0]) if inner is not calls[0]]:
        return None
    condition = expression(Reader(calls[0] if name is None else name).visit(test))
    return Check(function, condition) if condition else None


def name_of(node: ast.AST) -> str | None:
    function = node.func if isinstance(node, ast.Call) else None
    name: str | None = getattr(function, "id", getattr(function, "attr", None))
    return name


def asserted(node: ast.stmt | None) -> ast.expr | None:
    """The condition of an assertion."""
    if isinstance(node, ast.Assert):
        return node.test
    call = node.value if isinstance(node, ast.Expr) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.keywords:
        return None
    if any(isinstance(given, ast.Starred) for given in call.args):
        return None
    kind = COMPARISONS.get(call.func.attr)
    if kind and len(call.args) >= 2:
        return ast.copy_location(ast.Compare(call.args[0], [kind()], [call.args[1]]), call)
    if call.func.attr == "assertTrue" and call.args:
        return call.args[0]
    if call.func.attr == "assertFalse" and call.args:
        return ast.copy_location(ast.UnaryOp(ast.Not(), call.args[0]), call)
    return None


def unknown_calls(node: ast.AST) -> list[ast.Call]:
    """Calls of what is not known to have no effect, those in their arguments aside.

    Of one that is made many times, twice.
    """
    if isinstance(node, ast.Call) and not is_harmless(node.func):
        return [node]
    found = [call for child in ast.iter_child_nodes(node) for call in unknown_calls(child)]
    return 2 * found if isinstance(node, SCOPES) else found


class Reader(ast.NodeTransformer):
    """Reads the value in place of a call, or of a name."""

    def __init__(self, place: ast.Call | str) -> None:
        self.place = place

    def visit(self, part: ast.AST) -> Any:
        is_value = part is self.place or isinstance(part, ast.Name) and part.id == self.place
        return ast.copy_location(ast.Name(NAME, ast.Load()), part) if is_value else self.generic_visit(part)
