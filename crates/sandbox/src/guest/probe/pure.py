"""Tells which expressions have no effect when they are evaluated, as far as their text tells.

Infection evaluates expressions of candidates in the middle of a test that goes on afterwards, so only what cannot
change anything may be evaluated. The lists are short on purpose: what is not known counts as having an effect.
"""

from __future__ import annotations

import ast
import functools

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CALLS = frozenset(
    """
    abs all any ascii bin bool bytes chr complex dict divmod enumerate filter float format frozenset hash hex
    int isinstance iter len list map max min next oct ord pow range repr reversed round set slice sorted str sum
    tuple zip
    """.split()
)
METHODS = frozenset(
    """
    approx bit_length capitalize casefold conjugate copy count decode difference digest encode end endswith find
    findall get group groups hexdigest index intersection isalnum isalpha isdigit isdisjoint islower isspace
    issubset issuperset isupper items join keys lower lstrip most_common replace rfind rindex rstrip span split
    splitlines start startswith strip swapcase symmetric_difference title translate union upper values zfill
    """.split()
)
# Modules whose functions have no effects on what they are given.
MODULES = frozenset("cmath collections fractions hashlib itertools math re statistics string".split())
TARGETS = (ast.Name, ast.Attribute, ast.Subscript, ast.Tuple)
# The fields that hold expressions, of all that has no effect by itself.
FIELDS = {
    ast.Constant: (),
    ast.Name: (),
    ast.Attribute: ("value",),
    ast.Subscript: ("value", "slice"),
    ast.Slice: ("lower", "upper", "step"),
    ast.Starred: ("value",),
    ast.BinOp: ("left", "right"),
    ast.UnaryOp: ("operand",),
    ast.BoolOp: ("values",),
    ast.Compare: ("left", "comparators"),
    ast.IfExp: ("test", "body", "orelse"),
    ast.Tuple: ("elts",),
    ast.List: ("elts",),
    ast.Set: ("elts",),
    ast.Dict: ("keys", "values"),
    ast.ListComp: ("elt", "generators"),
    ast.SetComp: ("elt", "generators"),
    ast.DictComp: ("key", "value", "generators"),
    ast.GeneratorExp: ("elt", "generators"),
    ast.comprehension: ("target", "iter", "ifs"),
    ast.Lambda: ("args", "body"),
    ast.arguments: ("defaults", "kw_defaults"),
    ast.JoinedStr: ("values",),
    ast.FormattedValue: ("value", "format_spec"),
    ast.Call: ("func", "args", "keywords"),
    ast.keyword: ("value",),
}


def pure_parts(node: ast.AST) -> list[ast.AST] | None:
    """An expression and all in it, where evaluating it has no effect as far as its text tells; nothing otherwise."""
    parts = [node]
    for part in parts:
        kind = type(part)
        fields = FIELDS.get(kind)
        if fields is None or isinstance(part, ast.Call) and not is_harmless(part.func):
            return None
        for field in fields:
            value = getattr(part, field)
            if type(value) is list:
                parts += [child for child in value if child is not None]
            elif value is not None:
                parts.append(value)
    return parts


@functools.cache
def is_pure(node: ast.AST) -> bool:
    """Asked again and again of what is in the file."""
    return pure_parts(node) is not None


def is_harmless(function: ast.expr) -> bool:
    """Tells whether what is called is known to have no effect."""
    if isinstance(function, ast.Attribute):
        is_module = isinstance(function.value, ast.Name) and function.value.id in MODULES
        return is_module or function.attr in METHODS
    return isinstance(function, ast.Name) and function.id in CALLS


def assigned(node: ast.stmt) -> dict[str, ast.expr] | None:
    """The values that a statement gives to what, by its text; nothing where it may have other effects."""
    if isinstance(node, ast.Pass):
        return {}
    if isinstance(node, ast.AugAssign):
        target = text_of(node.target)
        value: ast.expr = ast.copy_location(ast.BinOp(as_read(target), node.op, node.value), node)
    elif isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], TARGETS):
        target, value = text_of(node.targets[0]), node.value
    else:
        return None
    return {target: value} if is_pure(as_read(target)) and pure_parts(value) is not None else None


def text_of(target: ast.expr) -> str:
    return target.id if isinstance(target, ast.Name) else ast.unparse(target)


@functools.cache
def as_read(target: str) -> ast.expr:
    return ast.parse(target, mode="eval").body


def returned(block: Sequence[ast.stmt | None]) -> ast.expr | None:
    """The value with which a block leaves its function at once, alone in a tuple; nothing where that is not known."""
    first = block[0] if block else None
    if not isinstance(first, ast.Return):
        return None
    value = first.value or ast.copy_location(ast.Constant(None), first)
    return alone(value) if is_pure(value) else None


def alone(value: ast.expr) -> ast.expr:
    return ast.copy_location(ast.Tuple([value], ast.Load()), value)
