"""Finds tests that do not try what they seem to: they drop a new value, put in what they look for, or mend the code.

An immutable clock that is set forward and not kept stands still; a number that a file of the test has in its name is
found in what names the file; a class of the tests that does a method in its own way leaves the code's untried.
"""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called, every_node, mark_of, name_of, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Set

    from _saraphina_types import Function

# Calls that give a new object and leave what they are given alone.
RENEWING = ("replace", "_replace", "deepcopy", "evolve")


def weak(tree: ast.Module) -> Iterator[int]:
    """Lines of tests where a new value is dropped, or where a number is looked for that the test put in."""
    pure = renewing(tree)
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS) and function.name.startswith("test"):
            yield from dropped(function.body, pure)
            yield from put_in(function)


# New values


def renewing(tree: ast.Module) -> set[str]:
    """Methods of the file's classes that change nothing: all they do is give another object."""
    found: dict[str, list[bool]] = {}
    for holder in [node for node in every_node(tree) if isinstance(node, ast.ClassDef)]:
        for function in holder.body:
            if isinstance(function, FUNCTIONS):
                found.setdefault(function.name, []).append(gives_another(function, holder.name))
    return {name for name, every in found.items() if all(every)}


def gives_another(function: Function, holder: str) -> bool:
    last = written(function)[-1:]
    value = last[0].value if last and isinstance(last[0], ast.Return) and len(written(function)) == 1 else None
    if not isinstance(value, ast.Call) or function.decorator_list:
        return False
    is_own = isinstance(value.func, ast.Name) and value.func.id == holder
    is_type = isinstance(value.func, ast.Call) and called(value.func) == "type"
    return is_own or is_type or called(value) in (*RENEWING, "__class__")


def written(function: Function) -> list[ast.stmt]:
    """The statements of a function without its docstring."""
    first = function.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return function.body[int(is_text) :]


def dropped(body: list[ast.stmt], pure: Set[str]) -> Iterator[int]:
    """Lines of calls whose new object nobody keeps, but for those that are to raise."""
    for node in body if pure else ():
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            if isinstance(node.value.func, ast.Attribute) and node.value.func.attr in pure:
                yield node.lineno
        if isinstance(node, (ast.For, ast.While, ast.If)) or (isinstance(node, ast.With) and not raises(node)):
            yield from dropped(node.body, pure)


def raises(node: ast.With) -> bool:
    return any(called(item.context_expr) in ("raises", "assertRaises", "assertRaisesRegex") for item in node.items)


# Numbers that were put in


def put_in(function: Function) -> Iterator[int]:
    """Lines that look for a number in what the code gives, where a name in the same test has it in it."""
    nodes = list(within(function))
    texts = [
        item.value
        for node in nodes
        for given in (node.args if isinstance(node, ast.Call) else ())
        for item in ast.walk(given)
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]
    looped = {
        node.target.id: node.iter.elts
        for node in nodes
        if isinstance(node, ast.For)
        and isinstance(node.target, ast.Name)
        and isinstance(node.iter, (ast.Tuple, ast.List))
    }
    for node in nodes:
        test = node.test if isinstance(node, ast.Assert) else None
        if isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.In):
            sought = looped.get(name_of(test.left), [test.left])
            numbers = [getattr(item, "value", None) for item in sought]
            if any(isinstance(number, str) and is_held(number, texts) for number in numbers):
                yield test.lineno


def is_held(number: str, texts: list[str]) -> bool:
    """Tells whether a word of letters and digits has this number in it."""
    return number.isdecimal() and any(number in text and any(map(str.isalpha, text)) for text in texts)


# Classes of the tests


def mended(tree: ast.Module, names: Set[str], codes: Iterable[ast.Module]) -> Iterator[int]:
    """Lines of methods that a class of the tests has in the place of the code's, whose own objects no test makes."""
    classes = {node.name: node for code in codes for node in every_node(code) if isinstance(node, ast.ClassDef)}
    # An object that is only to refuse something shows nothing of what its methods do.
    refused = {
        inner for node in every_node(tree) if isinstance(node, ast.With) and raises(node) for inner in ast.walk(node)
    }
    made = {called(node) for node in every_node(tree) if isinstance(node, ast.Call) and node not in refused}
    for holder in every_node(tree):
        for base in holder.bases if isinstance(holder, ast.ClassDef) else ():
            own = classes.get(name_of(base)) if name_of(base) in names and name_of(base) not in made else None
            methods = {item.name: item for item in own.body if isinstance(item, FUNCTIONS)} if own else {}
            for item in getattr(holder, "body", ()) if getattr(holder, "name", "") in made else ():
                if isinstance(item, FUNCTIONS) and not item.name.startswith("_") and does(methods.get(item.name)):
                    yield item.lineno


def does(function: Function | None) -> bool:
    """Tells whether a method does something: one that is there to be written anew only says so."""
    if function is None or any("abstract" in mark_of(item) for item in function.decorator_list):
        return False
    body = [item for item in written(function) if not isinstance(item, (ast.Pass, ast.Raise))]
    is_empty = all(isinstance(getattr(item, "value", item), (ast.Constant, type(None))) for item in body)
    return bool(body) and not is_empty
