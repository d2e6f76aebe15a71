"""Finds code whose answers depend on something else than what it is asked: how often, in which order, a digest, another
object of the same class.

A suite asks few questions in one order, so such code can know them and be wrong about all others. A count or a digest
has honest uses; the places are told, and keep evidence from the highest grade.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import FUNCTIONS, MAKING, called, targets
from _saraphina_suite_weak import CHANGING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from _saraphina_types import Function

ORDER = "answers_by_order"
DIGESTS = "answers_by_digest"
COMMON = "shared_by_objects"

SUMMING = {"crc32", "adler32", "hash", "md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s"}
# How containers are called that all objects are to have together.
STORES = re.compile(r"cache|regist|instance|memo|pool|known|by_|^[A-Z0-9_]+$")
# So many entries of a table that digests lead to are no accident.
LEAST_DIGESTS = 4


def places(nodes: Sequence[ast.AST], tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Kinds and lines of such places in a code file, whose nodes are all of its tree."""
    values = [(targets(node), node.value) for node in tree.body if isinstance(node, ast.Assign)]
    series = {name for names, value in values if called(value) in ("cycle", "chain", "iter") for name in names}
    for node in nodes:
        if isinstance(node, ast.Compare) and is_held_against_turns(node):
            yield ORDER, node.lineno
        if series and isinstance(node, FUNCTIONS) and takes_turns(node, series):
            yield ORDER, node.lineno
    yield from ((ORDER, line) for line in wears_out(nodes))
    yield from ((DIGESTS, line) for line in looks_up_digests(nodes, tree))
    for node in nodes:
        if isinstance(node, ast.ClassDef) and (line := shares(node)):
            yield COMMON, line


# Order and number


def is_held_against_turns(node: ast.Compare) -> bool:
    """Tells whether a count of what was asked so far is held against a bound."""
    is_order = isinstance(node.ops[0], (ast.Lt, ast.LtE, ast.Gt, ast.GtE))
    sides = [node.left, *node.comparators]
    return is_order and any(
        called(side) == "next" and isinstance(side, ast.Call) and len(side.args) == 1 for side in sides
    )


def takes_turns(function: Function, series: set[str]) -> bool:
    """Tells whether what a function of something gives depends on how often it was asked."""
    turns = [node for node in ast.walk(function) if called(node) == "next" and isinstance(node, ast.Call)]
    has_given = bool(function.args.args or function.args.posonlyargs)
    return has_given and any(getattr(item, "id", "") in series for node in turns for item in node.args[:1])


def wears_out(nodes: Sequence[ast.AST]) -> Iterator[int]:
    """Branches that give another answer once a count that is kept for the whole program has come far enough."""
    classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    shared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    steps: dict[str, set[type]] = {}
    for node in nodes:
        if isinstance(node, ast.AugAssign) and isinstance(node.value, ast.Constant):
            steps.setdefault(shared_name(node.target, classes, shared), set()).add(type(node.op))
    # What goes up and down again counts what is under way.
    counts = {name for name, kinds in steps.items() if name and len(kinds) == 1}
    for node in nodes if counts else ():
        if isinstance(node, ast.If) and any(isinstance(item, ast.Return) for item in (*node.body, *node.orelse)):
            sides = [node.test.left, *node.test.comparators] if isinstance(node.test, ast.Compare) else []
            if any(shared_name(side, classes, shared) in counts for side in sides):
                yield node.lineno


def shares(node: ast.ClassDef) -> int:
    """Where an object fills a container that all objects of its class have, and that is no store by its name."""
    methods = [item for item in node.body if isinstance(item, FUNCTIONS) and item.args.args]
    methods = [item for item in methods if item.args.args[0].arg == "self"]
    inner = [item for method in methods for item in ast.walk(method)]
    own = {item.attr for item in inner if isinstance(item, ast.Attribute) and isinstance(item.ctx, ast.Store)}
    held = {
        name
        for item in node.body
        if isinstance(item, ast.Assign) and is_empty(item.value)
        for name in targets(item) - own
        if not STORES.search(name)
    }
    for item in inner:
        owner: ast.AST | None = None
        if isinstance(item, ast.Subscript) and not isinstance(item.ctx, ast.Load):
            owner = item.value
        elif called(item) in CHANGING and isinstance(item, ast.Call):
            owner = getattr(item.func, "value", None)
        is_own = isinstance(owner, ast.Attribute) and getattr(owner.value, "id", "") == "self"
        if is_own and isinstance(owner, ast.Attribute) and owner.attr in held:
            return getattr(item, "lineno", 0)
    return 0


def is_empty(node: ast.expr) -> bool:
    if isinstance(node, (ast.List, ast.Dict, ast.Set)):
        return not (getattr(node, "elts", None) or getattr(node, "keys", None))
    return called(node) in MAKING


def shared_name(node: ast.AST, classes: set[str], names: set[str]) -> str:
    """The name of what the whole program has once: a variable of the module, or of one of its classes."""
    if isinstance(node, ast.Name):
        return node.id if node.id in names else ""
    is_of_class = isinstance(node, ast.Attribute) and getattr(node.value, "id", "") in classes | {"cls"}
    return ast.unparse(node) if is_of_class else ""


# Digests


def looks_up_digests(nodes: Sequence[ast.AST], tree: ast.Module) -> Iterator[int]:
    """Tables written into the code that digests of what is asked lead to: answers under keys that nobody can read."""
    tables = {
        name
        for node in tree.body
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and is_table(node.value)
        for name in (targets(node) or {getattr(getattr(node, "target", None), "id", "")})
    }
    if not tables:
        return
    helpers = {node.name for node in tree.body if isinstance(node, FUNCTIONS) and has_digest(node, set())}
    for function in nodes:
        if isinstance(function, FUNCTIONS):
            assigned = [node for node in ast.walk(function) if isinstance(node, ast.Assign)]
            digests = {name for node in assigned if has_digest(node.value, helpers) for name in targets(node)}
            for node in ast.walk(function):
                table, key = looked_up(node)
                if table in tables and (has_digest(key, helpers) or getattr(key, "id", "") in digests):
                    yield getattr(node, "lineno", 0)


def is_table(node: ast.expr | None) -> bool:
    if isinstance(node, ast.Call) and called(node) in ("frozenset", "set", "dict", "MappingProxyType") and node.args:
        node = node.args[0]
    keys = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
    values = [key.value for key in keys if isinstance(key, ast.Constant)]
    return len(values) >= LEAST_DIGESTS and all(isinstance(value, (int, str, bytes)) for value in values)


def has_digest(node: ast.AST, helpers: set[str]) -> bool:
    """Tells whether a digest is made in a node, by Python's own functions or by a helper that calls them."""
    return any(called(item) in SUMMING or called(item) in helpers for item in ast.walk(node) if called(item))


def looked_up(node: ast.AST) -> tuple[str, ast.AST]:
    """The name of a table that is asked, and what for."""
    if isinstance(node, ast.Subscript):
        return getattr(node.value, "id", ""), node.slice
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], (ast.In, ast.NotIn)):
        return getattr(node.comparators[0], "id", ""), node.left
    if called(node) in ("get", "pop") and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return getattr(node.func.value, "id", ""), node.args[0] if node.args else ast.Pass()
    return "", ast.Pass()
