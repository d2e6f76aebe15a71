"""Finds functions of the code that hold the answers to their tests, from syntax trees alone.

A table or a chain of conditions that names the inputs of the tests passes them and may be right nowhere else. The same
tests cannot tell, so it is told. A table that is the function itself, such as that of Roman numerals, holds much more
than is tested, or lists all that there is; base cases are few beside what is computed. Neither is meant.
"""

from __future__ import annotations

import ast
import re

from _saraphina_suite_nodes import FUNCTIONS, called, every_node

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    Environment = dict[str, Any]
    # Arguments of a call, and its answer.
    Pair = tuple[tuple[Any, ...], Any]

MOST_ROWS = 400
MOST_SIZE = 10_000
# Texts that are longer, or hold more than a word, are nobody's list of all that there is.
WORD = re.compile(r"[\w.#+-]{0,12}")
# Numbers that nobody lists but for what is wrong there, as keys are kept.
NUMBER = re.compile(r"[1-9]\d+")
FEWEST_CORRECTED = 4
PIECES = re.compile(r"[^\W_]+")


class Unknown(Exception):
    """What an expression gives cannot be read from it."""


def holders(codes: list[ast.Module], tests: list[ast.Module]) -> list[str]:
    """Names of functions of the code in which the answers to most of their tests are written down."""
    functions = {node.name: (node, tree) for tree in codes for node in every_node(tree) if isinstance(node, FUNCTIONS)}
    tested: dict[str, dict[str, Pair]] = {}
    for tree in tests:
        for name, pair in rows(tree, functions):
            of_function = tested.setdefault(name, {})
            if len(of_function) < MOST_ROWS:
                of_function[repr(pair[0])] = pair
    numbers = {node.value for tree in tests for node in every_node(tree) if isinstance(node, ast.Constant)}
    corrected = {name for name, (node, tree) in functions.items() if is_corrected(node, tree, numbers)}
    return sorted(corrected | {name for name, pairs in tested.items() if holds(*functions[name], list(pairs.values()))})


def is_corrected(function: ast.FunctionDef | ast.AsyncFunctionDef, tree: ast.Module, tested: set[Any]) -> bool:
    """Tells whether what is computed is set right for certain numbers, and the tests name each of them."""
    names = parameters(function)
    asked = [node for node in ast.walk(function) if isinstance(node, ast.Call) and called(node) == "get"]
    asked = [node for node in asked if len(node.args) == 2 and getattr(node.args[0], "id", "") in names]
    for node in (node for node in asked if not isinstance(node.args[1], ast.Constant)):
        table = assigned(tree.body).get(getattr(getattr(node.func, "value", None), "id", ""))
        keys = [int(key) for key in table if NUMBER.fullmatch(key)] if isinstance(table, dict) else []
        is_whole = len(keys) >= FEWEST_CORRECTED and len(keys) == len(table or ())
        if is_whole and set(keys) <= tested and not lists_all([(key,) for key in keys]):
            return True
    return False


def holds(function: ast.FunctionDef | ast.AsyncFunctionDef, tree: ast.Module, tested: list[Pair]) -> bool:
    names = parameters(function)
    written: dict[str, Pair] = {}
    for given, answer in [*conditions(function, names), *tables(function, tree)]:
        written.setdefault(repr(given), (given, answer))
    pairs = list(written.values())
    matched = [pair for pair in pairs if is_arbitrary(pair) and any(is_same(pair, other) for other in tested)]
    is_whole = len(matched) >= 2 or len(matched) == len(tested) == 1
    is_most = 2 * len(matched) >= len(tested) and 2 * len(matched) >= len(pairs)
    return is_whole and is_most and not lists_all([given for given, _ in pairs])


def parameters(function: ast.FunctionDef | ast.AsyncFunctionDef) -> list[str]:
    names = [item.arg for item in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def is_same(written: Pair, tested: Pair) -> bool:
    """Tells whether a test asks for just this; several inputs may be written as one text."""
    given, answer = written
    asked, expected = tested
    if answer != expected:
        return False
    if len(given) == 1 and isinstance(given[0], str) and len(asked) > 1:
        return PIECES.findall(given[0]) == [piece for item in asked for piece in PIECES.findall(str(item))]
    return given == asked


def is_arbitrary(pair: Pair) -> bool:
    """Tells whether an input is one of very many, so that nobody would list it but for its answer."""
    given, answer = pair
    if all(is_trivial(item) for item in given):
        return False
    if any(isinstance(item, (list, tuple, set, dict)) for item in given):
        return True
    texts = [item for item in given if isinstance(item, str)]
    if any(not WORD.fullmatch(text) for text in texts) or is_derived(texts, answer):
        return True
    numbers = [item for item in given if isinstance(item, (int, float)) and not is_trivial(item)]
    return bool(numbers) and (len(given) > 1 or isinstance(answer, (int, float, list, tuple)))


def is_trivial(item: object) -> bool:
    return item is None or isinstance(item, bool) or item in (0, 1, -1, "") or item in ((), [], {})


def is_derived(texts: list[str], answer: object) -> bool:
    """Tells whether a text is made of the letters of another: turned, sorted, cut or cased, and not looked up."""
    if not isinstance(answer, str) or len(answer) < 3 or answer in texts:
        return False
    letters = sorted("".join(texts).casefold())
    return all(letters.count(letter) >= answer.casefold().count(letter) for letter in answer.casefold())


def lists_all(given: list[tuple[Any, ...]]) -> bool:
    """Tells whether inputs are all that there is: numbers in a row, or each with each."""
    if all(len(item) == 1 and type(item[0]) is int for item in given):
        numbers = sorted(item[0] for item in given)
        return len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1
    if len({len(item) for item in given}) != 1 or len(given[0]) < 2:
        return False
    every = 1
    for column in zip(*given):
        every *= len({repr(item) for item in column})
    return len(given) > 2 and 4 * len(given) >= 3 * every


# What is written down


def conditions(function: ast.FunctionDef | ast.AsyncFunctionDef, names: list[str]) -> Iterator[Pair]:
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


def tables(function: ast.FunctionDef | ast.AsyncFunctionDef, tree: ast.Module) -> Iterator[Pair]:
    """Entries of the tables that stand in a function, or in its module under a name that it uses."""
    used = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    bodies: list[ast.AST] = [function]
    for statement in tree.body:
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


# What is tested


def rows(tree: ast.Module, functions: dict[str, Any]) -> Iterator[tuple[str, Pair]]:
    """Calls of the code with what tests expect of them."""
    outer = assigned(tree.body)
    for function in every_node(tree):
        if isinstance(function, FUNCTIONS) and function.name.startswith("test"):
            inner = {**outer, **assigned(function.body)}
            expected = [pair for pair in expectations(function) if called(pair[0]) in functions]
            for known in [inner, *(inner | row for row in given_rows(function, inner))] if expected else ():
                for call, answer in expected:
                    name = called(call)
                    try:
                        asked = arguments(call, known, parameters(functions[name][0]))
                        yield name, (asked, value(answer, known))
                    except Unknown:
                        continue


def arguments(call: ast.Call, known: Environment, names: list[str]) -> tuple[Any, ...]:
    found: list[Any] = []
    for item in call.args:
        if isinstance(item, ast.Starred):
            found.extend(value(item.value, known))
        else:
            found.append(value(item, known))
    named = {item.arg: value(item.value, known) for item in call.keywords}
    for name in names[len(found) :]:
        if name not in named:
            break
        found.append(named.pop(name))
    if named or not found:
        raise Unknown
    return tuple(found)


def expectations(function: ast.AST) -> Iterator[tuple[ast.Call, ast.expr]]:
    for node in ast.walk(function):
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.Is)):
            sides = [node.left, node.comparators[0]]
        elif isinstance(node, ast.Call) and called(node) in ("assertEqual", "assertEquals", "assertIs"):
            sides = node.args[:2]
        elif isinstance(node, ast.Call) and called(node) in ("assertTrue", "assertFalse") and node.args:
            sides = [node.args[0], ast.Constant(called(node) == "assertTrue")]
        elif isinstance(node, ast.Assert):
            is_false = isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not)
            test = node.test.operand if isinstance(node.test, ast.UnaryOp) else node.test
            sides = [test, ast.Constant(not is_false)]
        if len(sides) == 2:
            for call, expected in (sides, reversed(sides)):
                if isinstance(call, ast.Call):
                    yield call, expected


def given_rows(function: ast.FunctionDef | ast.AsyncFunctionDef, known: Environment) -> Iterator[Environment]:
    """What names stand for in each row of a table of parameters, or of a loop."""
    tables: list[tuple[list[str], ast.expr]] = []
    for mark in function.decorator_list:
        if isinstance(mark, ast.Call) and called(mark) == "parametrize" and len(mark.args) > 1:
            try:
                names = value(mark.args[0], {})
            except Unknown:
                continue
            words = names.replace(",", " ").split() if isinstance(names, str) else list(names)
            tables.append((words, mark.args[1]))
    for node in ast.walk(function):
        if isinstance(node, ast.For):
            target = node.target
            items = target.elts if isinstance(target, ast.Tuple) else [target]
            tables.append(([getattr(item, "id", "") for item in items], node.iter))
    for names, table in tables:
        for row in entries(table, known)[:MOST_ROWS]:
            values = row if len(names) > 1 and isinstance(row, (tuple, list)) else (row,)
            if len(values) == len(names):
                yield dict(zip(names, values))


def entries(table: ast.expr, known: Environment) -> list[Any]:
    """The rows of a table that can be read; a marked one holds its values as arguments."""
    if not isinstance(table, (ast.List, ast.Tuple)):
        try:
            found = value(table, known)
        except Unknown:
            return []
        return list(found.items() if isinstance(found, dict) else found) if hasattr(found, "__iter__") else []
    rows = []
    for item in table.elts:
        try:
            is_marked = isinstance(item, ast.Call) and called(item) == "param"
            rows.append(tuple(value(part, known) for part in item.args) if is_marked else value(item, known))  # type: ignore[attr-defined]
        except Unknown:
            continue
    return rows


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
