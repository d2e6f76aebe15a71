"""Finds functions that tests surely call, so that the outside can ask whether anything of them ran.

A `conftest.py`, a plug-in, a fixture or a test may put another function in the place of one of the subject, and need
not say so where a control would see it. A function that passed tests call and of which no line ran was not what they
called. Whatever else may rightly answer for one (a faster twin that the code itself imports) is left out; where a
decorator of the code's own may, or where a call need not run the body (a generator, a coroutine), that is told apart.
"""

from __future__ import annotations

import ast
import re
from collections import Counter

import _saraphina_controls_expectations as expectations
import _saraphina_suite_syntax as syntax
from _saraphina_suite_nodes import names_in, root_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from _saraphina_types import Frame, Function

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Assert, ast.Return)
# What may come to an end before, or without, the calls in it.
OPEN = (ast.BoolOp, ast.IfExp, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
LATER = (ast.Yield, ast.YieldFrom, ast.AsyncFunctionDef)
# Decorators for which another body answers, or none.
OTHERS = re.compile(r"overload|abstract|singledispatch|register|property|validator|fixture|setter|getter|route|command")


class Bodies:
    """The functions and methods of the subject, their lines, and the tests that surely call each function."""

    def __init__(self, subjects: dict[str, ast.Module]) -> None:
        # By name, as several files may define one.
        self.found: dict[str, list[Frame]] = {}
        self.modules = {syntax.module_name(path): path for path in subjects}
        # By the names that tests import them by.
        self.files: dict[str, str] = {}
        # Names that a file binds in more than one way, as by the version of Python: which of them answers is not sure.
        self.chosen: set[tuple[str, str]] = set()
        defined: dict[str, int] = {}
        for path, tree in subjects.items():
            bound = Counter(name for node in at_the_top(tree) for name in binds(node))
            self.chosen.update((path, name) for name, count in bound.items() if count > 1)
            for name in {node.name for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}:
                defined[name] = defined.get(name, 0) + 1
            for node in tree.body:
                name, body = getattr(node, "name", ""), body_of(node)
                if body and bound[name] == 1:
                    self.note(path, name, node, body)
                for method in methods(node):
                    self.note(path, f"{name}.{method.name}", method, method.body)
        self.shared = {name for name, count in defined.items() if count > 1}
        self.tests: dict[tuple[str, str], set[str]] = {}

    def note(self, path: str, name: str, node: ast.stmt, body: list[ast.stmt]) -> None:
        lines = {"line": node.lineno, "first": body[0].lineno, "last": body[-1].end_lineno or body[-1].lineno}
        self.found.setdefault(name, []).append(
            {"path": path, "name": name, **lines, "plain": is_plain(node), "fills": fills(node)}
        )

    def look(self, path: str, tree: ast.Module, names: set[str], aliases: set[str], renamed: dict[str, str]) -> None:
        """Notes which tests of a file surely call what."""
        sources = {
            item.asname or item.name: node.module
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and not node.level
            for item in node.names
        }
        for test, function in expectations.tests(path, tree):
            own = {name for node in ast.walk(function) for name in binds(node)}
            for called in (called for node in straight(function) for called in surely_called(node)):
                name = getattr(called, "attr", getattr(called, "id", ""))
                of = getattr(called, "value", None)
                is_ours = name in names - own if of is None else getattr(of, "id", "") in aliases - own
                path_of = self.path_of(renamed.get(name, name), sources.get(name) if of is None else None)
                taken_from = self.file_of(sources.get(name) if of is None else getattr(of, "id", ""))
                if is_ours and path_of and (taken_from, renamed.get(name, name)) not in self.chosen:
                    self.tests.setdefault((path_of, renamed.get(name, name)), set()).add(test)

    def path_of(self, name: str, module: str | None) -> str:
        """The file of a function; where several have one of this name, that of the module it was imported from."""
        paths = [frame["path"] for frame in self.found.get(name, ())]
        if name in self.shared:
            paths = [path for path in paths if path == self.file_of(module)]
        return str(paths[0]) if paths else ""

    def file_of(self, module: str | None) -> str:
        """The file of a module, which may be imported from a folder further inside, such as `src`."""
        if not module:
            return ""
        if module not in self.files:
            inner = [path for name, path in self.modules.items() if name.endswith(f".{module}")]
            self.files[module] = self.modules.get(module) or (inner[0] if len(inner) == 1 else "")
        return self.files[module]

    def frames(self) -> Iterator[Frame]:
        for name, found in self.found.items():
            for frame in found:
                if (frame["path"], name) not in self.chosen:
                    yield {**frame, "tests": sorted(self.tests.get((str(frame["path"]), name), ()))}


def methods(node: ast.stmt) -> Iterator[Function]:
    """The methods of a class that do not stand for an operator or the like."""
    inner = node.body if isinstance(node, ast.ClassDef) else []
    yield from (one for one in inner if isinstance(one, FUNCTIONS) and not one.name.startswith("__"))


def straight(function: Function) -> Iterator[ast.stmt]:
    """Statements that surely run to their end in a test that passes."""
    for node in function.body:
        if isinstance(node, SIMPLE):
            yield node
        if any(isinstance(inner, ast.Return) for inner in ast.walk(node)):
            return


def at_the_top(tree: ast.Module) -> Iterator[ast.AST]:
    """The nodes of a module outside of its functions and classes, and what these declare to be global."""
    stack: list[ast.AST] = list(tree.body)
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield from (inner for inner in ast.walk(node) if isinstance(inner, ast.Global))
        else:
            stack.extend(ast.iter_child_nodes(node))


def binds(node: ast.AST) -> Iterator[str]:
    """Names that a node binds."""
    if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Global):
        yield from node.names
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id
    elif isinstance(node, ast.alias):
        yield node.asname or node.name.partition(".")[0]


def body_of(node: ast.stmt) -> list[ast.stmt]:
    """What surely runs where a definition is called: the body of a plain function, or of a class's own set-up."""
    if isinstance(node, ast.ClassDef):
        if node.decorator_list or node.keywords or any(getattr(one, "name", "") == "__new__" for one in node.body):
            return []
        first = [one for one in node.body if isinstance(one, FUNCTIONS) and one.name == "__init__"]
        return first[0].body if len(first) == 1 and is_plain(first[0]) and not node.bases else []
    if isinstance(node, FUNCTIONS) and not any(OTHERS.search(ast.unparse(item)) for item in node.decorator_list):
        return node.body
    return []


def is_plain(node: ast.stmt) -> bool:
    """Tells whether a call of a definition surely runs its body, and nothing else may answer for it."""
    if isinstance(node, ast.ClassDef):
        return True
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    return not any(isinstance(inner, LATER) for inner in ast.walk(node))


def fills(node: ast.stmt) -> bool:
    """Tells whether a function gives nothing back, and may put its answer into what its caller passed."""
    if not isinstance(node, FUNCTIONS):
        return False
    nodes = list(ast.walk(node))
    given = {item.arg for item in ast.walk(node.args) if isinstance(item, ast.arg)} - {"self", "cls"}
    if any(isinstance(inner, ast.Return) and inner.value is not None for inner in nodes):
        return False
    for inner in nodes:
        if isinstance(inner, ast.For) and given & names_in(inner.iter):
            given.update(names_in(inner.target))
    changed: list[ast.expr] = [
        inner for inner in nodes if isinstance(inner, ast.Subscript) and not isinstance(inner.ctx, ast.Load)
    ]
    changed += [inner.target for inner in nodes if isinstance(inner, ast.AugAssign)]
    for inner in nodes:
        if isinstance(inner, ast.Call):
            changed.append(inner.func)
            # What keeps an argument for itself does not fill it.
            is_kept = root_of(inner.func) == "self"
            changed += [] if is_kept else [*inner.args, *(item.value for item in inner.keywords)]
    return bool(given & set(map(root_of, changed)))


def surely_called(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, OPEN):
        return
    if isinstance(node, ast.Call):
        yield node.func
    for inner in reached(node):
        yield from surely_called(inner)


def reached(node: ast.AST) -> Iterator[ast.AST]:
    """Parts of a node that are worked out whenever it is: no message of an assertion, of a chain its first link."""
    if isinstance(node, ast.Assert):
        yield node.test
    elif isinstance(node, ast.Compare):
        yield from (node.left, node.comparators[0])
    else:
        yield from ast.iter_child_nodes(node)
