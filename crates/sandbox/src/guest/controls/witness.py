"""Finds assertions that can be replayed: `call == literal`, and `raises(E): call`.

Such a witness needs neither pytest nor the test file, so `replay.py` can ask the subject again where no test is
around. Whatever might depend on a set-up, on order or on state is left out: a witness has to mean the same anywhere.
"""

from __future__ import annotations

import ast
import builtins
import functools

import _saraphina_controls_library as library
import _saraphina_controls_values as values
import _saraphina_suite_promises as promises
import _saraphina_suite_syntax as syntax
from _saraphina_suite_nodes import every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from _saraphina_suite_syntax import Facts
    from _saraphina_types import Calls, Expectation, Frame, Job

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
MOST_WITNESSES = 500
INERT = (ast.Import, ast.ImportFrom, *FUNCTIONS, ast.ClassDef, ast.Pass)


def witnesses(job: Job, trees: dict[str, ast.Module], facts: Facts) -> list[Frame]:
    """Every assertion whose call needs nothing but its literals, in the order of the files."""
    if any(path.rpartition("/")[2] == "conftest.py" for path in job["support"]):
        return []
    modules = {syntax.module_name(path): trees[path] for path in job["code"] if path in trees}
    found: list[Frame] = []
    for path in job["tests"]:
        if path in trees and is_inert(trees[path]):
            calls = callables(trees[path], modules, facts.injections.get(path, ()))
            for name, body in tests(path, trees[path]):
                found.extend(straight(name, body, calls))
    return found[:MOST_WITNESSES]


def is_inert(tree: ast.Module) -> bool:
    """Tells whether importing the tests changes nothing, and no set-up runs before them."""
    for node in tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (isinstance(node, INERT) or is_text or is_main(node) or is_constant(node)):
            return False
    for inner in every_node(tree):
        if isinstance(inner, FUNCTIONS) and (
            inner.name in syntax.SETUPS or any(map(promises.names_fixture, inner.decorator_list))
        ):
            return False
    return True


def is_constant(node: ast.stmt) -> bool:
    """Tells whether a statement gives names a literal."""
    is_plain = isinstance(node, ast.Assign) and all(isinstance(item, ast.Name) for item in node.targets)
    return is_plain and isinstance(node, ast.Assign) and is_value(node.value)


def is_main(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and "__name__" in {getattr(item, "id", "") for item in ast.walk(node.test)}


def is_value(node: ast.expr) -> bool:
    try:
        values.expected(node)
        return True
    except ValueError:
        return False


def callables(tree: ast.Module, modules: dict[str, ast.Module], injected: Iterable[tuple[str, list[str]]]) -> Calls:
    """Tells what a name of the tests stands for: module, function, and whether the module keeps state."""
    bound: dict[str, tuple[str, str | None]] = {}
    counts: dict[str, int] = {}
    for node in every_node(tree):
        for name in library.names(node):
            counts[name] = counts.get(name, 0) + 1
    for node in tree.body:
        if isinstance(node, ast.Import):
            for item in node.names:
                if item.name in modules and (item.asname or "." not in item.name):
                    bound[item.asname or item.name] = (item.name, None)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module in modules:
            for item in node.names:
                bound[item.asname or item.name] = (node.module, item.name)
                if item.name == "*":
                    bound.update({name: (node.module, name) for name in syntax.public_names(modules[node.module])[0]})
    for module, names in injected:
        bound.update({name: (module, name) for name in names})
    kept = {name: target for name, target in bound.items() if counts.get(name, 1) < 2}
    return kept, modules, {module: keeps_state(tree) for module, tree in modules.items()}


@functools.cache
def keeps_state(tree: ast.Module) -> bool:
    """Tells whether a call may answer differently the second time, as far as the syntax shows."""
    shared: set[str] = set()
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.AST) and not isinstance(value, ast.Constant):
            shared.update(item.id for item in targets if isinstance(item, ast.Name))
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            shared.add(node.name)
    return any(may_change(node, shared) for node in every_node(tree))


def may_change(node: ast.AST, shared: set[str]) -> bool:
    """Tells whether a node keeps something beyond a call: by its scope, by a default, or in what is shared."""
    if isinstance(node, (ast.Global, ast.Nonlocal)):
        return True
    if isinstance(node, FUNCTIONS):
        defaults = [*node.args.defaults, *node.args.kw_defaults]
        if any(isinstance(item, (ast.List, ast.Dict, ast.Set, ast.Call)) for item in defaults):
            return True
    is_store = isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load)
    is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    owner = getattr(getattr(node, "func", None) if is_call else node, "value", None) if is_store or is_call else None
    if isinstance(owner, ast.Name) and owner.id in shared:
        return True
    if is_call is False and isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("next", "iter"):
        if any(isinstance(item, ast.Name) and item.id in shared for item in node.args):
            return True
    return False


def tests(path: str, tree: ast.Module) -> Iterator[tuple[str, list[ast.stmt]]]:
    """Tests without parameters and decorators, by name."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and is_plain(node, 0):
            yield f"{path}::{node.name}", node.body
        elif isinstance(node, ast.ClassDef) and not node.decorator_list:
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and is_plain(item, 1):
                    yield f"{path}::{node.name}::{item.name}", item.body


def is_plain(node: ast.FunctionDef, parameters: int) -> bool:
    given = node.args
    count = len(given.posonlyargs) + len(given.args) + len(given.kwonlyargs)
    return node.name.startswith("test") and not node.decorator_list and count == parameters


def straight(test: str, body: list[ast.stmt], calls: Calls) -> Iterator[Frame]:
    """Witnesses of a test up to the first statement that is more than an assertion."""
    for node in body:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        expected = statement(node)
        if expected is None:
            return
        for call, outcome in expected:
            found = witness(call, calls)
            if found is not None:
                yield {"test": test, "line": call.lineno, "expected": outcome, **found}


def statement(node: ast.stmt) -> list[Expectation] | None:
    """Pairs of call and expectation in one statement; nothing where it may do something else."""
    if isinstance(node, ast.Assert):
        return pairs(node.test)
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        is_equality = isinstance(call.func, ast.Attribute) and call.func.attr in ("assertEqual", "assertIs")
        return expect(call.args[0], call.args[1]) if is_equality and len(call.args) > 1 else None
    if isinstance(node, ast.With) and len(node.items) == 1 and len(node.body) == 1:
        return raising(node.items[0], node.body[0])
    return None


def pairs(test: ast.expr) -> list[Expectation]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [pair for value in test.values for pair in pairs(value)]
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], (ast.Eq, ast.Is)):
        return expect(test.left, test.comparators[0])
    return []


def expect(left: ast.expr, right: ast.expr) -> list[Expectation]:
    for call, literal in ((left, right), (right, left)):
        if isinstance(call, ast.Call) and is_value(literal) and not is_value(call):
            return [(call, {"value": values.encode(values.expected(literal))})]
    return []


def raising(item: ast.withitem, statement: ast.stmt) -> list[Expectation] | None:
    call = item.context_expr
    if not isinstance(call, ast.Call) or len(call.args) != 1:
        return None
    is_raises = getattr(call.func, "attr", getattr(call.func, "id", "")) in ("raises", "assertRaises")
    inner = getattr(statement, "value", None)
    if not (is_raises and isinstance(statement, ast.Expr) and isinstance(inner, ast.Call)):
        return None
    kinds = call.args[0].elts if isinstance(call.args[0], ast.Tuple) else [call.args[0]]
    names = [exception_name(kind) for kind in kinds]
    return [(inner, {"raises": names})] if all(names) else []


def exception_name(node: ast.expr) -> str:
    """The class name of a builtin exception; any other name may be an alias."""
    kind = getattr(builtins, getattr(node, "id", ""), None)
    return kind.__name__ if isinstance(kind, type) and issubclass(kind, BaseException) else ""


def witness(call: ast.Call, calls: Calls) -> Frame | None:
    """The call as data, where it needs nothing but literals."""
    bound, modules, state = calls
    target = None
    if isinstance(call.func, ast.Name):
        target = bound.get(call.func.id)
    elif isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
        module = bound.get(call.func.value.id)
        target = (module[0], call.func.attr) if module and module[1] is None else None
    if not target or target[1] is None or not is_function(modules[target[0]], target[1]):
        return None
    try:
        given = [values.encode(values.evaluate(item)) for item in call.args]
        named = {item.arg: values.encode(values.evaluate(item.value)) for item in call.keywords}
    except ValueError:
        return None
    if None in named:
        return None
    coded = {"module": target[0], "function": target[1], "args": given, "named": named}
    return {"call": coded, "stateful": state[target[0]]}


def is_function(tree: ast.Module, name: str) -> bool:
    """Tells whether a name is surely an ordinary function of the module itself."""
    found = [node for node in tree.body if name in library.names(node)]
    return len(found) == 1 and isinstance(found[0], ast.FunctionDef)
