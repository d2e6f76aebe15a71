"""Codes builtin values as plain JSON, of exact types only, and reads them back.

Replays and probes send values between processes that do not trust each other. `pickle` would run code, and a subclass
may lie about itself, so anything that is not exactly of a builtin type is only named.
"""

from __future__ import annotations

import ast

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
        return ["float", number(value)]
    if kind is complex:
        return ["complex", number(value.real), number(value.imag)]
    if kind is str:
        return ["str", value.encode("utf-8", "surrogatepass").hex()]
    if kind is bytes:
        return ["bytes", value.hex()]
    if kind in (list, tuple, set, frozenset):
        return [kind.__name__, [encode(item, depth + 1) for item in value]]
    if kind is dict:
        return ["dict", [[encode(key, depth + 1), encode(item, depth + 1)] for key, item in value.items()]]
    return ["other", f"{kind.__module__}.{kind.__qualname__}"[:200]]


def number(value: float) -> str:
    """A float that is whole is written like the integer it equals."""
    return hex(int(value)) if value == value and abs(value) != float("inf") and value.is_integer() else value.hex()


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
    """The value of a literal, of `set()` and its like too; raises ValueError for anything else."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
        kind = {"set": set, "frozenset": frozenset, "tuple": tuple, "list": list, "dict": dict}.get(node.func.id)
        if kind is not None and len(node.args) < 2:
            try:
                return kind(*map(evaluate, node.args))
            except TypeError as error:
                raise ValueError from error
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as error:
        raise ValueError from error
