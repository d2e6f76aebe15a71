"""Whole lines that a candidate puts in: where they would run, and what they would do there."""

import ast
import textwrap

import _saraphina_probe_fuel as fuel
from _saraphina_probe_pure import assigned, is_pure, returned

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
    """Lines put in: at which statement they run, before or behind it, and where control must come from for the latter."""

    def __init__(self, node, is_behind=False):
        self.node, self.is_behind = node, is_behind
        # What is evaluated as it is and with the lines, or what they assign; nothing where only being reached is told.
        self.before = self.after = self.assigned = None
        # Whether they may leave the function: then a value alone in a tuple is what it returns.
        self.leaves = False

    def where(self, test, holds=True):
        """They do something where a test comes out so."""
        if is_pure(test):
            self.before = ast.Constant(not holds)
            self.after = test
        return self

    def leaving(self, value, test=None):
        """They leave the function with a value, which is alone in a tuple, always or where a test holds."""
        self.leaves = True
        self.before = ast.Constant(None)
        self.after = value if test is None else ast.IfExp(test, value, ast.Constant(None))
        return self

    def under(self, test, block):
        """A block runs where a test holds."""
        value = returned(block)
        return self.leaving(value, test) if value and is_pure(test) else self.where(test)


class Blocks:
    """The blocks of the functions of a file."""

    def __init__(self, tree):
        self.blocks = [block for function in functions(tree) for block in blocks_of(function)]

    def followers(self):
        """What follows a statement in its block."""
        return {node: follower for block in self.blocks for node, follower in zip(block, block[1:])}

    def put(self, line, text):
        """What lines do that are put in before a line; nothing where that is not known."""
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

    def instead(self, line, old, new):
        """What it does to run statements that begin at a line only under a condition."""
        column = len(old) - len(old.lstrip(" "))
        was, found = parsed(textwrap.dedent(old)), parsed(textwrap.dedent(new))
        behind = self.around(line, column)[1]
        if len(found) != 1 or not isinstance(found[0], ast.If) or found[0].orelse or not begins(behind):
            return None
        is_same = first_line(behind) == line and [ast.dump(node) for node in was] == [ast.dump(node) for node in found[0].body]
        return Put(behind).where(found[0].test, holds=False) if is_same else None

    def around(self, line, column):
        """The statements before and behind a place of a block; both nothing where there is no such place."""
        for block in self.blocks:
            before = [node for node in block if node.end_lineno < line]
            behind = [node for node in block if first_line(node) >= line]
            if block[0].col_offset != column or len(before) + len(behind) < len(block):
                continue
            last, next_ = before[-1] if before else None, behind[0] if behind else None
            if last and last.end_lineno == line - 1 or next_ and first_line(next_) == line:
                return last, next_
        return None, None

    def otherwise(self, line, column, text):
        """Another branch of a condition: it runs where none of the tests so far holds."""
        branch = self.around(line, column)[0]
        found = parsed("if 0:\n    pass\n" + text)
        if not isinstance(branch, ast.If) or branch.end_lineno != line - 1 or len(found) != 1:
            return None
        put, tests = Put(branch), [branch.test]
        while is_elif(branch):
            branch = branch.orelse[0]
            tests.append(branch.test)
        if branch.orelse:
            return None
        test = ast.UnaryOp(ast.Not(), ast.BoolOp(ast.Or(), tests) if len(tests) > 1 else tests[0])
        more = found[0].orelse
        if is_elif(found[0]):
            if more[0].orelse:
                return None
            test = ast.BoolOp(ast.And(), [test, more[0].test])
            more = more[0].body
        return put.under(test, more)


def doing(found, put):
    """What statements do wherever they are put."""
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


def changes(node):
    """Whether a statement surely changes what it calls a method of."""
    call = node.value if isinstance(node, ast.Expr) else None
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in CHANGES


def parsed(text):
    try:
        return ast.parse(text).body
    except fuel.BAD_TEXT:
        return []


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, FUNCTIONS[:2])]


def blocks_of(function):
    """The blocks of a function, those of functions in it aside."""
    pending = [function]
    while pending:
        node = pending.pop()
        for name in BLOCKS:
            block = getattr(node, name, None)
            if isinstance(block, list) and block and not (name == "orelse" and is_elif(node)):
                yield block
        pending += [child for child in ast.iter_child_nodes(node) if not isinstance(child, FUNCTIONS)]


def is_elif(node):
    """Whether a condition goes on with another one."""
    orelse = node.orelse if isinstance(node, ast.If) else ()
    return len(orelse) == 1 and isinstance(orelse[0], ast.If) and orelse[0].col_offset == node.col_offset


def first_line(node):
    return min([node.lineno, *(item.lineno for item in getattr(node, "decorator_list", ()))])


def begins(node):
    """Whether it can be seen that a statement begins: at its line, and once."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    is_bare = isinstance(node, ast.AnnAssign) and node.value is None
    return node is not None and not isinstance(node, UNSEEN) and not is_text and not is_bare


def ends(node):
    """Whether it can be seen that a statement has ended: it does not leave its function in between."""
    if not (begins(node) or isinstance(node, LOOPS)) or isinstance(node, JUMPS):
        return False
    return not any(isinstance(inside, PAUSES) for inside in ast.walk(node))


def leaving(node):
    """The lines at which a statement leaves its block, those of functions in it aside."""
    pending, lines = [(node, False)], set()
    while pending:
        node, is_looping = pending.pop()
        if isinstance(node, (ast.Return, ast.Raise)) or isinstance(node, (ast.Continue, ast.Break)) and not is_looping:
            lines.add(node.lineno)
        is_looping = is_looping or isinstance(node, LOOPS)
        pending += [(child, is_looping) for child in ast.iter_child_nodes(node) if not isinstance(child, FUNCTIONS)]
    return lines
