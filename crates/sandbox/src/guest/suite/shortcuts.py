"""Quicker ways to what pytest finds out again for every node and every failing test."""

import ast
import functools
import inspect
import os
import sys
import types
import warnings


def take():
    """Takes them, once in a process."""
    from _pytest._code import code, source
    from _pytest.assertion import rewrite

    if rewrite.traverse_node is walk:
        return
    rewrite.traverse_node = walk
    code.getstatementrange_ast = statements(source.getstatementrange_ast)
    code.findsource = sources(code.findsource)
    code.Code.path = property(paths(code.Code.path.fget))


def walk(node):
    """A syntax tree's nodes in any order: enough for their places, and quicker than one generator for each node."""
    pending = [node]
    while pending:
        node = pending.pop()
        yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                pending.append(value)
            elif isinstance(value, list):
                pending.extend(item for item in value if isinstance(item, ast.AST))


def statements(plain):
    """Finds the lines of a statement in a tree that is read once for a text."""

    @functools.lru_cache(maxsize=8)
    def parse(text):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, "source", "exec")

    def found(line, source, assertion=False, astnode=None):
        return plain(line, source, assertion, parse(str(source)) if astnode is None else astnode)

    return found


def sources(plain):
    """Finds the text of what modules of the box run without a look at each module that there is.

    What a program puts in the place of a module is not asked: it may answer in any way.
    """

    def found(item):
        path = getattr(item, "co_filename", "")
        name = os.path.basename(path).removesuffix(".py")
        module = sys.modules.get(name)
        if type(module) is types.ModuleType and vars(module).get("__file__") == path:
            inspect.modulesbyfile.setdefault(path, name)
        return plain(item)

    return found


def paths(plain):
    """Finds the file of a code object once, unless where it lies depends on the working directory."""
    known = {}

    def path(self):
        name = self.raw.co_filename
        if name in known:
            return known[name]
        found = plain(self)
        if os.path.isabs(name) and not isinstance(found, str):
            known[name] = found
        return found

    return path
