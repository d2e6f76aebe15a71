"""Quicker ways to what pytest finds out again for every node and every failing test.

Each failing test has pytest look for sources anew. The answers are the same; they are remembered, or found without a
generator for each node.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import os
import sys
import types
import warnings

import _saraphina_server_patches as patches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from _saraphina_types import T


def take() -> None:
    """Takes them, once in a process."""
    from _pytest._code import source
    from _pytest.assertion import rewrite

    code: Any = importlib.import_module("_pytest._code.code")
    if rewrite.traverse_node is walk or not patches.is_tried("shortcuts"):
        return
    rewrite.traverse_node = walk
    code.getstatementrange_ast = statements(source.getstatementrange_ast)
    code.findsource = sources(code.findsource)
    code.Code.path = property(paths(code.Code.path.fget))


def walk(node: ast.AST) -> Iterator[ast.AST]:
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


def statements(plain: Callable[..., T]) -> Callable[..., T]:
    """Finds the lines of a statement in a tree that is read once for a text."""

    @functools.lru_cache(maxsize=8)
    def parse(text: str) -> ast.Module:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text, "source", "exec")

    def found(line: int, source: object, assertion: bool = False, astnode: ast.AST | None = None) -> T:
        return plain(line, source, assertion, parse(str(source)) if astnode is None else astnode)

    return found


def sources(plain: Callable[[Any], T]) -> Callable[[Any], T]:
    """Finds the text of what modules of the box run without a look at each module that there is.

    What a program puts in the place of a module is not asked: it may answer in any way.
    """

    def found(item: Any) -> T:
        path = getattr(item, "co_filename", "")
        name = os.path.basename(path).removesuffix(".py")
        module = sys.modules.get(name)
        if type(module) is types.ModuleType and vars(module).get("__file__") == path:
            inspect.modulesbyfile.setdefault(path, name)
        return plain(item)

    return found


def paths(plain: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Finds the file of a code object once, unless where it lies depends on the working directory."""
    known: dict[str, Any] = {}

    def path(self: Any) -> Any:
        name = self.raw.co_filename
        if name in known:
            return known[name]
        found = plain(self)
        if os.path.isabs(name) and not isinstance(found, str):
            known[name] = found
        return found

    return path
