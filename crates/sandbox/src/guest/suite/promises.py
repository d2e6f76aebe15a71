"""Tests that the files promise: whoever runs them has to report each.

Names follow pytest's default rules, and are read from syntax trees, so that nothing in a file can change what is read.
What other tools give new names is promised by nobody.
"""

from __future__ import annotations

import ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    from _saraphina_types import Function

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# Whose decorators put tests of other names in the place of one (parameterized, absl, ddt).
RENAMING = {"parameterized", "parameterized_class", "ddt"}
# How the names of such decorators for classes begin, where a project has its own.
MAKING = ("parametrize", "parametrise", "parameterize", "parameterise")


def promised(path: str, tree: ast.Module) -> tuple[list[str], int]:
    """The tests of a file in their order, and how many it may delete itself, in a branch or a handler."""
    surely, gone = deleted(tree.body, ()), deleted(tree.body, (ast.If, ast.Try, ast.ExceptHandler))
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    names: list[str] = []
    perhaps: list[str] = []
    for node in distinct(tree.body):
        if getattr(node, "name", None) not in gone:
            collect(node, path, classes, names)
        elif getattr(node, "name", None) not in surely:
            collect(node, path, classes, perhaps)
    return names, len(perhaps)


def shadows(path: str, tree: ast.Module) -> list[tuple[str, int]]:
    """Definitions with tests that one below of the same name replaces, and the lines of their names."""
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    found: list[tuple[str, int]] = []
    bodies: list[tuple[str, list[ast.stmt]]] = [(path, tree.body)]
    while bodies:
        prefix, body = bodies.pop()
        last = {node.name: node for node in body if isinstance(node, (*FUNCTIONS, ast.ClassDef))}
        for node in distinct(body):
            inner: list[str] = []
            collect(node, prefix, classes, inner)
            if inner and isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                name = f"{prefix}::{node.name}"
                if last[node.name] is not node:
                    found.append((name, node.lineno))
                elif isinstance(node, ast.ClassDef):
                    bodies.append((name, node.body))
    return found


def distinct(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements but for functions of which one below does all the same first: with these nothing is lost."""
    last = {node.name: node for node in body if isinstance(node, FUNCTIONS)}
    return [node for node in body if not (isinstance(node, FUNCTIONS) and is_repeated(node, last[node.name]))]


def is_repeated(node: Function, twin: Function) -> bool:
    """Tells whether another function does what this one does, with no more than assertions in between."""

    def bare(one: Function) -> str:
        return "\n".join(map(ast.dump, [one.args, *one.decorator_list]))

    if twin is node or type(twin) is not type(node) or bare(twin) != bare(node):
        return False
    if any(isinstance(item, (ast.Yield, ast.YieldFrom)) for item in ast.walk(twin)):
        # Nothing of a generator runs where nobody asks it for values.
        return False
    wanted = list(map(ast.dump, reversed(node.body)))
    for item in twin.body:
        if ast.dump(item) == wanted[-1]:
            wanted.pop()
            if not wanted:
                return True
        elif not isinstance(item, ast.Assert):
            return False
    return False


def deleted(body: list[ast.stmt], within: tuple[type, ...]) -> set[str]:
    """Names that statements delete, and those that stand within others of these kinds."""
    names: set[str] = set()
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Delete):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, within):
            stack.extend(ast.iter_child_nodes(node))
    return names


def collect(node: ast.stmt, prefix: str, classes: dict[str, ast.ClassDef], names: list[str]) -> None:
    if isinstance(node, FUNCTIONS) and node.name.startswith("test"):
        if not any(names_fixture(item) or renames(item) for item in node.decorator_list):
            names.append(f"{prefix}::{node.name}")
    if isinstance(node, ast.ClassDef) and not any(map(makes_tests, node.decorator_list)):
        is_unittest = derives_from_testcase(node, classes, set())
        if (is_unittest or is_plain_test_class(node)) and not is_left_to_others(node, classes):
            inner = [item for item in node.body if not (is_unittest and isinstance(item, ast.ClassDef))]
            for item in distinct(inner):
                collect(item, f"{prefix}::{node.name}", classes, names)


def names_fixture(node: ast.expr) -> bool:
    return last_word(head(node)) in ("fixture", "overload")


def renames(node: ast.expr) -> bool:
    """Tells whether what a decorator makes of tests has other names."""
    inner = ast.walk(head(node))
    words = {last_word(one) for one in inner if isinstance(one, ast.expr)}
    return not words.isdisjoint(RENAMING)


def makes_tests(node: ast.expr) -> bool:
    """Tells whether a decorator of a class, by its name, makes tests of other names; pytest's own mark makes none."""
    words = {last_word(one) for one in ast.walk(head(node)) if isinstance(one, ast.expr)}
    return renames(node) or ("mark" not in words and any(word.startswith(MAKING) for word in words))


def head(node: ast.expr) -> ast.expr:
    return node.func if isinstance(node, ast.Call) else node


def is_plain_test_class(node: ast.ClassDef) -> bool:
    if not node.name.startswith("Test"):
        return False
    for item in node.body:
        if isinstance(item, FUNCTIONS) and item.name in ("__init__", "__new__"):
            return False
        if isinstance(item, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == "__test__" for target in item.targets
        ):
            return False
    return not any(is_data_class(item) for item in node.decorator_list)


def is_data_class(node: ast.expr) -> bool:
    return last_word(head(node)) == "dataclass"


def is_left_to_others(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> bool:
    """Tells whether a class is abstract, so that pytest passes over it, and another of the file makes its tests run."""
    if not still_open(node, classes, set()):
        return False
    others = (one for one in classes.values() if one is not node and not still_open(one, classes, set()))
    return any(node.name in ancestors(one, classes) for one in others)


def ancestors(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> set[str]:
    """The names of a class and of all that it comes from, as far as the file says."""
    names: set[str] = set()
    stack = [node]
    while stack:
        one = stack.pop()
        if one.name not in names:
            names.add(one.name)
            known = (getattr(base, "id", "") for base in one.bases)
            stack.extend(classes[name] for name in known if name in classes)
    return names


def still_open(node: ast.ClassDef, classes: dict[str, ast.ClassDef], seen: set[str]) -> set[str]:
    """The names that a class leaves abstract, its bases' included; what is no ABC leaves none."""
    seen.add(node.name)
    names: set[str] = set()
    for base in node.bases:
        if (name := getattr(base, "id", "")) in classes and name not in seen:
            names |= still_open(classes[name], classes, seen)
    makers = [*node.bases, *(keyword.value for keyword in node.keywords)]
    is_abc = any(last_word(maker) in ("ABC", "ABCMeta") for maker in makers)
    for item in node.body:
        bound = [item] if isinstance(item, FUNCTIONS) else []
        targets = item.targets if isinstance(item, ast.Assign) else [getattr(item, "target", None)]
        names -= {one.name for one in bound} | {getattr(one, "id", "") for one in targets}
        if is_abc and any(last_word(mark).startswith("abstract") for one in bound for mark in one.decorator_list):
            names |= {one.name for one in bound}
    return names


def last_word(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def derives_from_testcase(node: ast.ClassDef, classes: dict[str, ast.ClassDef], seen: set[str]) -> bool:
    seen.add(node.name)
    for base in node.bases:
        name = last_word(base)
        if name in ("TestCase", "IsolatedAsyncioTestCase"):
            return True
        if name in classes and name not in seen and derives_from_testcase(classes[name], classes, seen):
            return True
    return False
