"""Reads what functions of the code hold as literals: by conditions, in tables, classes and series."""

from __future__ import annotations

import ast

from _saraphina_suite_nodes import FUNCTIONS, called

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from _saraphina_types import Function

    Environment = dict[str, Any]
    # Arguments of a call, and its answer.
    Pair = tuple[tuple[Any, ...], Any]

MOST_SIZE = 10_000
# What gives the items of a series one after the other.
GIVING = ("deque", "iter", "cycle")


class Unknown(Exception):
    """What an expression gives cannot be read from it."""


def conditions(function: Function, names: list[str]) -> Iterator[Pair]:
    """Answers that are given where every parameter is a certain value."""
    pending: list[tuple[list[ast.stmt], Environment]] = [(function.body, {})]
    while pending and len(pending) < MOST_SIZE:
        body, known = pending.pop()
        for node in body:
            if isinstance(node, ast.If):
                for case in cases(node.test, names):
                    pending.append((node.body, {**known, **case}))
                pending.append((node.orelse, known))
            elif isinstance(node, ast.Match):
                for item in node.cases:
                    found = matched(node.subject, item.pattern)
                    if item.guard is None and found is not None:
                        pending.append((item.body, {**known, **found}))
            elif isinstance(node, ast.Return) and node.value is not None:
                yield from answers(node.value, known, names)


def answers(node: ast.expr, known: Environment, names: list[str]) -> Iterator[Pair]:
    if isinstance(node, ast.IfExp):
        for case in cases(node.test, names):
            yield from answers(node.body, {**known, **case}, names)
        yield from answers(node.orelse, known, names)
        return
    used = [name for name in names if name in known]
    # Parameters behind the last that is asked for may have values of their own.
    if used and used == names[: len(used)]:
        try:
            yield tuple(known[name] for name in used), value(node, {})
        except Unknown:
            return


def cases(test: ast.expr, names: list[str]) -> Iterator[Environment]:
    """What parameters are where a condition holds, for each way in which it does."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        found: Environment = {}
        for part in test.values:
            for case in cases(part, names):
                found.update(case)
                break
            else:
                return
        yield found
    elif isinstance(test, ast.BoolOp):
        for part in test.values:
            yield from cases(part, names)
    elif isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        if isinstance(test.ops[0], ast.Eq):
            for target, literal in ((left, right), (right, left)):
                yield from bound(target, literal, names)
        elif isinstance(test.ops[0], ast.In) and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
            for item in right.elts:
                yield from bound(left, item, names)


def bound(target: ast.expr, literal: ast.expr, names: list[str]) -> Iterator[Environment]:
    try:
        given = value(literal, {})
    except Unknown:
        return
    if isinstance(target, ast.Name) and target.id in names:
        yield {target.id: given}
    elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(given, (tuple, list)):
        words = [item.id for item in target.elts if isinstance(item, ast.Name) and item.id in names]
        if len(words) == len(target.elts) == len(given):
            yield dict(zip(words, given))


def matched(subject: ast.expr, pattern: ast.pattern) -> Environment | None:
    if isinstance(subject, ast.Name) and isinstance(pattern, ast.MatchValue):
        try:
            return {subject.id: value(pattern.value, {})}
        except Unknown:
            return None
    if isinstance(subject, ast.Tuple) and isinstance(pattern, ast.MatchSequence):
        found: Environment = {}
        for item, part in zip(subject.elts, pattern.patterns):
            case = matched(item, part)
            if case is None:
                return None
            found.update(case)
        return found
    return None


def tables(function: Function, tree: ast.Module) -> Iterator[Pair]:
    """Entries of the tables that stand in a function, or in its module under a name that it uses."""
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    bodies: list[ast.AST] = [function]
    for statement in tree.body:
        if isinstance(statement, ast.ClassDef) and statement.name in used:
            yield from members(statement)
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            if any(isinstance(target, ast.Name) and target.id in used for target in targets):
                bodies.append(statement)
    for node in (node for body in bodies for node in ast.walk(body)):
        if isinstance(node, ast.Dict):
            for key, answer in zip(node.keys, node.values):
                try:
                    given = None if key is None else value(key, {})
                    yield (given if isinstance(given, tuple) else (given,)), value(answer, {})
                except Unknown:
                    continue


def members(node: ast.ClassDef) -> Iterator[Pair]:
    """What the attributes of a class, or the members of an enumeration, are bound to by their names."""
    for name, given in assigned(node.body).items():
        if not name.startswith("_"):
            yield (name,), given


def branches(function: Function) -> Iterator[Any]:
    """Values written out that a function gives where some condition holds, whatever it asks."""
    for node in ast.walk(function):
        inner = [*node.body, *node.orelse] if isinstance(node, (ast.If, ast.For, ast.While)) else []
        inner += node.body if isinstance(node, ast.match_case) else []
        given = [item.value for item in inner if isinstance(item, ast.Return) and item.value is not None]
        given += [node.body, node.orelse] if isinstance(node, ast.IfExp) else []
        for item in given:
            try:
                yield value(item, {})
            except Unknown:
                continue


def series(tree: ast.Module) -> Iterator[tuple[str, list[Any]]]:
    """Numbers in a row that a class or a function hands to what gives one after the other."""
    known = assigned(tree.body)
    for owner in (node for node in tree.body if isinstance(node, (*FUNCTIONS, ast.ClassDef))):
        for node in ast.walk(owner):
            if called(node) in GIVING and isinstance(node, ast.Call) and node.args:
                try:
                    found = value(node.args[0], known)
                except Unknown:
                    continue
                if isinstance(found, (list, tuple)) and all(isinstance(item, (int, float)) for item in found):
                    yield owner.name, list(found)


# What an expression gives


def assigned(body: list[ast.stmt]) -> Environment:
    """Names that are bound once, to a value that can be read."""
    found: Environment = {}
    seen: set[str] = set()
    for node in body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            targets, given = node.targets[0], node.value
            names = targets.elts if isinstance(targets, ast.Tuple) else [targets]
            values = given.elts if isinstance(targets, ast.Tuple) and isinstance(given, ast.Tuple) else [given]
            for name, item in zip(names, values) if len(names) == len(values) else ():
                if isinstance(name, ast.Name):
                    try:
                        found[name.id] = value(item, found)
                    except Unknown:
                        pass
                    if name.id in seen:
                        found.pop(name.id, None)
                    seen.add(name.id)
    return found


def value(node: ast.expr, known: Environment) -> Any:
    """What an expression of literals gives."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id in known:
        return known[node.id]
    if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        items = [value(item, known) for item in node.elts]
        if isinstance(node, ast.Set):
            return frozenset(map(repr, items))
        return tuple(items) if isinstance(node, ast.Tuple) else items
    if isinstance(node, ast.Dict):
        return {repr(value(key, known)): value(item, known) for key, item in zip(node.keys, node.values) if key}
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        number = value(node.operand, known)
        if isinstance(number, (int, float)):
            return -number
    if isinstance(node, ast.BinOp):
        return computed(node, value(node.left, known), value(node.right, known))
    raise Unknown


def computed(node: ast.BinOp, left: Any, right: Any) -> Any:
    """Sums and products that stay small."""
    are_numbers = isinstance(left, (int, float)) and isinstance(right, (int, float))
    are_texts = isinstance(left, str) and isinstance(right, str)
    size = len(left) if isinstance(left, (str, list, tuple)) else None
    if isinstance(node.op, ast.Add) and (are_numbers or are_texts):
        return left + right
    if isinstance(node.op, ast.Sub) and are_numbers:
        return left - right
    if isinstance(node.op, ast.Mult) and are_numbers and abs(left) < MOST_SIZE and abs(right) < MOST_SIZE:
        return left * right
    if isinstance(node.op, ast.Mult) and size is not None and type(right) is int and size * right < MOST_SIZE:
        return left * right
    raise Unknown
