"""Codes values of builtin types, and dates, exact numbers and the like of Python's library, as plain JSON.

Replays and probes send values between processes that do not trust each other. `pickle` would run code, and a subclass
may lie about itself, so anything that is not exactly of such a type is only named. Arguments are of builtin types and
are read back; what comes of a call is only compared.
"""

from __future__ import annotations

import ast
import operator

import _saraphina_controls_library as library

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from _saraphina_types import Coded

MOST_CHARACTERS = 48 * 1024
MOST_DEPTH = 40


def encode(value: Any, depth: int = 0) -> Coded:
    """A tagged list; anything that is not exactly of a builtin type is only named."""
    kind = type(value)
    if depth > MOST_DEPTH:
        return ["other", "a value nested too deeply"]
    if value is None:
        return ["none"]
    if kind is bool:
        return ["bool", value]
    if kind is int:
        return ["int", hex(value)]
    if kind is float:
        return ["float", library.number(value)]
    if kind is complex:
        return ["complex", library.number(value.real), library.number(value.imag)]
    if kind is str:
        return ["str", value.encode("utf-8", "surrogatepass").hex()]
    if kind is bytes:
        return ["bytes", value.hex()]
    if kind in (list, tuple, set, frozenset):
        return [kind.__name__, [encode(item, depth + 1) for item in value]]
    if kind is dict:
        return ["dict", [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]]
    return library.encode(value, kind) or ["other", f"{kind.__module__}.{kind.__qualname__}"[:200]]


def decode(coded: Coded) -> Any:
    """The value of what `encode` wrote; only for arguments, which are literals."""
    kind, *rest = coded
    if kind == "none":
        return None
    if kind == "bool":
        return rest[0]
    if kind == "int":
        return int(rest[0], 16)
    if kind == "float":
        return real(rest[0])
    if kind == "complex":
        return complex(real(rest[0]), real(rest[1]))
    if kind == "str":
        return bytes.fromhex(rest[0]).decode("utf-8", "surrogatepass")
    if kind == "bytes":
        return bytes.fromhex(rest[0])
    if kind == "dict":
        return {decode(key): decode(item) for key, item in rest[0]}
    return {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}[kind](map(decode, rest[0]))


def real(text: str) -> float:
    return float.fromhex(text) if "." in text or "n" in text else float(int(text, 16))


def evaluate(node: ast.expr) -> Any:
    """The value of a literal, and of what is made of literals alone; raises ValueError for anything else."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        pass
    try:
        return folded(node)
    except (TypeError, ArithmeticError, MemoryError, RecursionError) as error:
        raise ValueError from error


def expected(node: ast.expr) -> Any:
    """Like `evaluate`, where dates, exact numbers and the like of Python's library may stand among the literals.

    Of a test file they are known where `library.mark` has looked at its imports.
    """
    try:
        return evaluate(node)
    except ValueError:
        pass
    try:
        return folded(node, may_make=True)
    except (TypeError, ArithmeticError, MemoryError, RecursionError, AttributeError) as error:
        raise ValueError from error


MAKERS: dict[str, Any] = {
    "set": set,
    "frozenset": frozenset,
    "tuple": tuple,
    "list": list,
    "dict": dict,
    "float": float,
    "bytes": bytes,
}
SIGNS: dict[type, Any] = {ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Invert: operator.invert}
OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.LShift: operator.lshift,
    ast.RShift: operator.rshift,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
}


def folded(node: ast.AST, may_make: bool = False) -> Any:
    """The value of an expression whose leaves are literals; bounded, as nobody promised that it is small."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        kind = {ast.List: list, ast.Tuple: tuple, ast.Set: set}[type(node)]
        return kind([folded(item, may_make) for item in node.elts])
    if isinstance(node, ast.Dict):
        pairs = [(key, value) for key, value in zip(node.keys, node.values) if key is not None]
        if len(pairs) < len(node.keys):
            raise ValueError("an unpacked dictionary")
        return {folded(key, may_make): folded(value, may_make) for key, value in pairs}
    if isinstance(node, ast.UnaryOp) and type(node.op) in SIGNS:
        return SIGNS[type(node.op)](folded(node.operand, may_make))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        left, right = folded(node.left, may_make), folded(node.right, may_make)
        if not is_small(node.op, left, right):
            raise ValueError("a value too large")
        return OPERATORS[type(node.op)](left, right)
    if isinstance(node, ast.JoinedStr):
        return "".join(folded(item, may_make) for item in node.values)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords and len(node.args) < 2:
        if node.func.id in MAKERS:
            given = [folded(item, may_make) for item in node.args]
            if any(isinstance(item, int) for item in given):
                raise ValueError("a size")
            return MAKERS[node.func.id](*given)
    if may_make and isinstance(node, ast.Call):
        return library.made(node, [evaluate(item) for item in node.args], named(node))
    raise ValueError(type(node).__name__)


def named(call: ast.Call) -> dict[str, Any]:
    return {str(item.arg): evaluate(item.value) for item in call.keywords}


def is_small(operation: ast.operator, left: Any, right: Any) -> bool:
    """Tells whether the outcome stays of a size that a person may have meant."""
    sizes = [len(item) for item in (left, right) if isinstance(item, (str, bytes, list, tuple, set, dict))]
    whole = [item.bit_length() for item in (left, right) if isinstance(item, int)]
    if isinstance(operation, (ast.Pow, ast.LShift)):
        return not sizes and isinstance(right, (int, float)) and abs(right) <= 512 and sum(whole) <= 64
    if isinstance(operation, ast.Mult) and sizes and whole:
        return len(sizes) == 1 and whole[0] < 16 and sizes[0] << whole[0] <= MOST_CHARACTERS
    # A text and `%` is a format, which calls whatever it likes.
    return not (isinstance(operation, ast.Mod) and sizes)
