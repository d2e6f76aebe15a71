"""Works out where whole lines that a candidate puts in would run, and what they would do there.

`sites.py` compares expressions; lines that are put in have none to be compared with, so they are turned into one: the
test under which they run, or what they assign or return.
"""

from __future__ import annotations

import ast
import textwrap

import _saraphina_probe_fuel as fuel
from _saraphina_probe_pure import assigned, is_pure, returned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeGuard

BLOCKS = ("body", "orelse", "finalbody")
LOOPS = (ast.For, ast.AsyncFor, ast.While)
# What is begun more than once, or at no line of its own.
UNSEEN = (*LOOPS, ast.Try, ast.Global, ast.Nonlocal)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
JUMPS = (ast.Return, ast.Raise, ast.Continue, ast.Break)
PAUSES = (ast.Yield, ast.YieldFrom, ast.Await)
# Methods that change what they are called on.
CHANGES = frozenset("append appendleft add insert extend pop popleft remove".split())


class Put:
    """Lines put in: the statement at which they run, before or behind it, and what they do there."""

    def __init__(self, node: ast.stmt, is_behind: bool = False) -> None:
        self.node, self.is_behind = node, is_behind
        # What is evaluated as it is and with the lines, or what they assign; nothing where only being reached is told.
        self.before: ast.Constant | None = None
        self.after: ast.expr | None = None
        self.assigned: dict[str, ast.expr] | None = None
        # Whether they may leave the function: then a value alone in a tuple is what it returns.
        self.leaves = False

    def where(self, test: ast.expr, holds: bool = True) -> Put:
        """They do something where a test comes out so."""
        if is_pure(test):
            self.before = ast.Constant(not holds)
            self.after = test
        return self

    def leaving(self, value: ast.expr, test: ast.expr | None = None) -> Put:
        """They leave the function with a value, which is alone in a tuple, always or where a test holds."""
        self.leaves = True
        self.before = ast.Constant(None)
        self.after = value if test is None else ast.IfExp(test, value, ast.Constant(None))
        return self

    def under(self, test: ast.expr, block: list[ast.stmt]) -> Put:
        """A block runs where a test holds."""
        value = returned(block)
        return self.leaving(value, test) if value and is_pure(test) else self.where(test)


class Blocks:
    """The blocks of the functions of a file."""

    def __init__(self, tree: ast.Module) -> None:
        self.blocks = [block for function in functions(tree) for block in blocks_of(function)]

    def followers(self) -> dict[ast.stmt, ast.stmt]:
        """Gives what follows a statement in its block."""
        return {node: follower for block in self.blocks for node, follower in zip(block, block[1:])}

    def put(self, line: int, text: str) -> Put | None:
        """Tells what lines do that are put in before a line; nothing where that is not known."""
        column = len(text) - len(text.lstrip(" "))
        if text[column:].startswith(("else:", "elif ")):
            return self.otherwise(line, column, textwrap.dedent(text))
        found = parsed(textwrap.dedent(text))
        before, behind = self.around(line, column)
        if not found:
            return None
        if begins(behind):
            return doing(found, Put(behind))
        return doing(found, Put(before, is_behind=True)) if ends(before) else None

    def instead(self, line: int, old: str, new: str) -> Put | None:
        """Tells what it does to run statements that begin at a line only under a condition."""
        column = len(old) - len(old.lstrip(" "))
        was, found = parsed(textwrap.dedent(old)), parsed(textwrap.dedent(new))
        behind = self.around(line, column)[1]
        if len(found) != 1 or not isinstance(found[0], ast.If) or found[0].orelse or not begins(behind):
            return None
        is_same = first_line(behind) == line and [ast.dump(node) for node in was] == [
            ast.dump(node) for node in found[0].body
        ]
        return Put(behind).where(found[0].test, holds=False) if is_same else None

    def around(self, line: int, column: int) -> tuple[ast.stmt | None, ast.stmt | None]:
        """The statements before and behind a place of a block; both nothing where there is no such place."""
        for block in self.blocks:
            before = [node for node in block if last_line(node) < line]
            behind = [node for node in block if first_line(node) >= line]
            if block[0].col_offset != column or len(before) + len(behind) < len(block):
                continue
            last, next_ = before[-1] if before else None, behind[0] if behind else None
            if last and last_line(last) == line - 1 or next_ and first_line(next_) == line:
                return last, next_
        return None, None

    def otherwise(self, line: int, column: int, text: str) -> Put | None:
        """Another branch of a condition: it runs where none of the tests so far holds."""
        branch = self.around(line, column)[0]
        found = parsed("if 0:\n    pass\n" + text)
        if not isinstance(branch, ast.If) or branch.end_lineno != line - 1 or len(found) != 1:
            return None
        condition = found[0]
        if not isinstance(condition, ast.If):
            return None
        put, tests = Put(branch), [branch.test]
        while (inner := elif_of(branch)) is not None:
            branch = inner
            tests.append(branch.test)
        if branch.orelse:
            return None
        test: ast.expr = ast.UnaryOp(ast.Not(), ast.BoolOp(ast.Or(), tests) if len(tests) > 1 else tests[0])
        more = condition.orelse
        inner = elif_of(condition)
        if inner is not None:
            if inner.orelse:
                return None
            test = ast.BoolOp(ast.And(), [test, inner.test])
            more = inner.body
        return put.under(test, more)


def doing(found: list[ast.stmt], put: Put) -> Put:
    """Tells what statements do wherever they are put."""
    first = found[0]
    values = assigned(first) if len(found) == 1 else None
    if isinstance(first, ast.If) and len(found) == 1 and not first.orelse:
        return put.under(first.test, first.body)
    value = returned(found)
    if value:
        return put.leaving(value)
    if values:
        put.assigned = values
    elif isinstance(first, (*JUMPS, ast.AugAssign)) or changes(first):
        put.before, put.after = ast.Constant(False), ast.Constant(True)
    return put


def changes(node: ast.stmt) -> bool:
    """Tells whether a statement surely changes what it calls a method of."""
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in CHANGES


def parsed(text: str) -> list[ast.stmt]:
    try:
        return ast.parse(text).body
    except fuel.BAD_TEXT:
        return []


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS[:2])]


def blocks_of(function: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of a function, those of functions in it aside."""
    pending = [function]
    while pending:
        node = pending.pop()
        for name in BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list) and block and not (name == "orelse" and elif_of(node)):
                yield block
        pending += [child for child in ast.iter_child_nodes(node) if not isinstance(child, FUNCTIONS)]


def elif_of(node: ast.AST) -> ast.If | None:
    """The condition with which another one goes on."""
    if not isinstance(node, ast.If) or len(node.orelse) != 1:
        return None
    inner = node.orelse[0]
    return inner if isinstance(inner, ast.If) and inner.col_offset == node.col_offset else None


def first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(item.lineno for item in decorators)])


def lines_of(node: ast.stmt | ast.expr) -> range:
    """Every line of a statement or an expression."""
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def last_line(node: ast.stmt) -> int:
    return node.end_lineno or node.lineno


def begins(node: ast.stmt | None) -> TypeGuard[ast.stmt]:
    """Tells whether it can be seen that a statement begins: at its line, and once."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_bare = isinstance(node, ast.AnnAssign) and node.value is None
    return node is not None and not isinstance(node, UNSEEN) and not is_text and not is_bare


def ends(node: ast.stmt | None) -> TypeGuard[ast.stmt]:
    """Tells whether it can be seen that a statement has ended: it does not leave its function in between."""
    if not (begins(node) or isinstance(node, LOOPS)) or isinstance(node, JUMPS):
        return False
    return not any(isinstance(inside, PAUSES) for inside in ast.walk(node))


def leaving(node: ast.stmt) -> set[int]:
    """The lines at which a statement leaves its block, those of functions in it aside."""
    pending: list[tuple[ast.AST, bool]] = [(node, False)]
    lines = set()
    while pending:
        inside, is_looping = pending.pop()
        if (
            isinstance(inside, (ast.Return, ast.Raise))
            or isinstance(inside, (ast.Continue, ast.Break))
            and not is_looping
        ):
            lines.add(inside.lineno)
        is_looping = is_looping or isinstance(inside, LOOPS)
        pending += [(child, is_looping) for child in ast.iter_child_nodes(inside) if not isinstance(child, FUNCTIONS)]
    return lines
