"""Finds functions of the code that hold the answers to their tests, from syntax trees alone.

A table or a chain of conditions that names the inputs of the tests passes them and may be right nowhere else. The same
tests cannot tell, so it is told. A table that is the function itself, such as that of Roman numerals, holds much more
than is tested, or lists all that there is; base cases are few beside what is computed. Neither is meant.
"""

from __future__ import annotations

import ast
import re

import _saraphina_suite_written as written
from _saraphina_suite_nodes import FUNCTIONS, called, every_node, targets
from _saraphina_suite_written import Unknown, assigned, value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from _saraphina_suite_written import Environment, Pair
    from _saraphina_types import Function

MOST_ROWS = 400
# Texts that are longer, or hold more than a word, are nobody's list of all that there is.
WORD = re.compile(r"[\w.#+-]{0,12}")
# Numbers that nobody lists but for what is wrong there, as keys are kept.
NUMBER = re.compile(r"[1-9]\d+")
FEWEST_CORRECTED = 4
# Texts of so many characters may be names that mean something special.
MOST_OF_A_NAME = 4
# Calls that work nothing out of a text.
NO_WORK = ("isinstance", "len", "type", "str", "repr")
# Fewer steps of arithmetic are an index or a shift.
FEWEST_STEPS = 4
# Fewer numbers in a row may be steps or sizes that a test repeats.
FEWEST_IN_ROW = 6
HEXADECIMAL = re.compile(r"#?[0-9A-Fa-f]{6,}")
PIECES = re.compile(r"[^\W_]+")


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
    corrected = {
        name
        for name, (node, tree) in functions.items()
        if is_corrected(node, tree, numbers) or is_foreseen(node, tree, numbers)
    }
    held = {name for name, pairs in tested.items() if holds(*functions[name], list(pairs.values()))}
    return sorted(corrected | held | set(counted_off(codes, tests)))


def counted_off(codes: list[ast.Module], tests: list[ast.Module]) -> Iterator[str]:
    """Functions and classes that give numbers one after the other from a series which the tests list too."""
    listed = [node for tree in tests for node in every_node(tree) if isinstance(node, (ast.List, ast.Tuple))]
    asked = []
    for node in listed:
        try:
            asked.append(list(value(node, {})))
        except Unknown:
            continue
    for name, found in (pair for tree in codes for pair in written.series(tree)):
        is_row = lists_all([(item,) for item in found])
        if not is_row and any(len(item) >= FEWEST_IN_ROW and item == found[: len(item)] for item in asked):
            yield name


def is_corrected(function: Function, tree: ast.Module, tested: set[Any]) -> bool:
    """Tells whether what is computed is set right for certain numbers, and the tests name each of them."""
    names, nodes = parameters(function), list(ast.walk(function))
    asked = [node for node in nodes if isinstance(node, ast.Call) and called(node) == "get" and len(node.args) == 2]
    asked = [node for node in asked if getattr(node.args[0], "id", "") in names]
    tables = [getattr(node.func, "value", None) for node in asked if not isinstance(node.args[1], ast.Constant)]
    if sum(isinstance(node, ast.BinOp) for node in nodes) >= FEWEST_STEPS:
        # What is not in the table is computed.
        inside = [node for node in nodes if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.In)]
        tables += [node.comparators[0] for node in inside if getattr(node.left, "id", "") in names]
    for node in tables:
        table = assigned(tree.body).get(getattr(node, "id", ""))
        keys = [int(key) for key in table if NUMBER.fullmatch(key)] if isinstance(table, dict) else []
        is_whole = len(keys) >= FEWEST_CORRECTED and len(keys) == len(table or ())
        if is_whole and set(keys) <= tested and not lists_all([(key,) for key in keys]):
            return True
    return False


def is_foreseen(function: Function, tree: ast.Module, tested: set[Any]) -> bool:
    """Tells whether a table knows texts of the tests beforehand that would be read like all others.

    Such texts have digits: nobody lists them as names that mean something special.
    """
    names, nodes = parameters(function), list(ast.walk(function))
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.args]
    calls = [node for node in calls if getattr(node.args[0], "id", "") in names]
    if not any(isinstance(node.func, ast.Name) and node.func.id not in NO_WORK for node in calls):
        return False
    asked = {getattr(getattr(node.func, "value", None), "id", "") for node in calls if called(node) == "get"}
    asked |= {
        getattr(node.comparators[0], "id", "")
        for node in nodes
        if isinstance(node, ast.Compare) and getattr(node.left, "id", "") in names
    }
    for node in tree.body:
        table = node.value if isinstance(node, ast.Assign) and asked & set(targets(node)) else None
        keys = [getattr(key, "value", None) for key in table.keys] if isinstance(table, ast.Dict) else []
        texts = [
            key for key in keys if isinstance(key, str) and len(key) > MOST_OF_A_NAME and any(map(str.isdigit, key))
        ]
        if len(keys) >= FEWEST_CORRECTED and len(texts) == len(keys) and set(texts) <= tested:
            return True
    return False


def holds(function: Function, tree: ast.Module, tested: list[Pair]) -> bool:
    names = parameters(function)
    pairs_by_input: dict[str, Pair] = {}
    for given, answer in [*written.conditions(function, names), *written.tables(function, tree)]:
        pairs_by_input.setdefault(repr(given), (given, answer))
    pairs = list(pairs_by_input.values())
    matched = [pair for pair in pairs if any(is_same(pair, other) and is_either(pair, other) for other in tested)]
    is_whole = len(matched) >= 2 or len(matched) == len(tested) == 1
    is_most = 2 * len(matched) >= len(tested) and 2 * len(matched) >= len(pairs)
    return (is_whole and is_most and not lists_all([given for given, _ in pairs])) or is_shaped(function, tested)


def is_either(pair: Pair, tested: Pair) -> bool:
    return is_arbitrary(pair) or is_arbitrary(tested)


def is_shaped(function: Function, tested: list[Pair]) -> bool:
    """Tells whether most answers that are made of what is asked are written down for some condition or other."""
    answers = list(map(repr, written.branches(function)))
    made = {repr(answer): (given, answer) for given, answer in tested if is_made_of(given, answer)}
    matched = [answer for answer in made if answer in answers]
    return len(matched) >= 2 and 2 * len(matched) >= len(made)


def is_made_of(given: tuple[Any, ...], answer: object) -> bool:
    """Tells whether an answer is letters of the texts, or items of the lists, that are asked for."""
    texts = [item for item in given if isinstance(item, str)]
    if isinstance(answer, str):
        return is_derived(texts, answer)
    lists = [part for item in given if isinstance(item, (list, tuple)) for part in item]
    return isinstance(answer, (list, tuple)) and len(answer) > 1 and all(part in lists for part in answer)


def parameters(function: Function) -> list[str]:
    names = [item.arg for item in (*function.args.posonlyargs, *function.args.args)]
    return names[1:] if names[:1] in (["self"], ["cls"]) else names


def is_same(written: Pair, tested: Pair) -> bool:
    """Tells whether a test asks for just this; several inputs may be written as one text."""
    given, answer = written
    asked, expected = tested
    if answer != expected:
        return False
    if len(given) == len(asked) == 1 and isinstance(given[0], str) and isinstance(asked[0], str):
        return given == asked or is_named_after(given[0], asked[0])
    if len(given) == 1 and isinstance(given[0], str) and len(asked) > 1:
        return PIECES.findall(given[0]) == [piece for item in asked for piece in PIECES.findall(str(item))]
    return given == asked


def is_named_after(name: str, text: str) -> bool:
    """Tells whether a name is that of a text, as far as names may be: none begins with a digit."""
    plain, whole = ("".join(PIECES.findall(one)).casefold() for one in (text, name))
    return bool(plain) and (whole == plain or (plain[0].isdigit() and whole[1:] == plain))


def is_arbitrary(pair: Pair) -> bool:
    """Tells whether an input is one of very many, so that nobody would list it but for its answer."""
    given, answer = pair
    if all(is_trivial(item) for item in given):
        return False
    if any(isinstance(item, (list, tuple, set, dict)) for item in given):
        return True
    texts = [item for item in given if isinstance(item, str)]
    if any(not WORD.fullmatch(text) or is_hexadecimal(text) for text in texts) or is_derived(texts, answer):
        return True
    numbers = [item for item in given if isinstance(item, (int, float)) and not is_trivial(item)]
    return bool(numbers) and (len(given) > 1 or isinstance(answer, (int, float, list, tuple)))


def is_hexadecimal(text: str) -> bool:
    return bool(HEXADECIMAL.fullmatch(text)) and any(map(str.isdigit, text))


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


def given_rows(function: Function, known: Environment) -> Iterator[Environment]:
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
