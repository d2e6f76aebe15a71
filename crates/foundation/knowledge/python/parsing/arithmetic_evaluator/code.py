"""Evaluate arithmetic expressions typed by people, safely."""

import math
import operator
import re
from collections import deque
from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r"(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<symbol>\*\*|//|[-+*/%()])|(?P<space>\s+)|(?P<other>.)"
)
_BINARY: dict[str, tuple[int, Callable[[float, float], float]]] = {
    "+": (1, operator.add),
    "-": (1, operator.sub),
    "*": (2, operator.mul),
    "/": (2, operator.truediv),
    "//": (2, operator.floordiv),
    "%": (2, operator.mod),
    "**": (4, math.pow),
}
_SIGN_LEVEL = 3
_MAX_DEPTH = 100


class _Parser:
    """Reads tokens from left to right, computing as it goes."""

    def __init__(self, text: str, variables: Mapping[str, float]) -> None:
        self.tokens = deque(m for m in _TOKEN.finditer(text) if m.lastgroup != "space")
        self.variables = variables
        self.depth = 0

    def peek(self) -> str:
        """Return the text of the next token, or the empty string at the end."""
        return self.tokens[0][0] if self.tokens else ""

    def expression(self, lowest: int = 1) -> float:
        """Read operands joined by operators of at least the ``lowest`` precedence."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise ValueError("expression is nested too deeply")
        value = self.operand()
        while self.peek() in _BINARY:
            level, function = _BINARY[self.peek()]
            if level < lowest:
                break
            sign = self.tokens.popleft()[0]
            value = function(value, self.expression(level if sign == "**" else level + 1))
        self.depth -= 1
        return value

    def operand(self) -> float:
        """Read a number, a variable, a signed operand or a parenthesised expression."""
        if not self.tokens:
            raise ValueError("expression ends too early")
        token = self.tokens.popleft()
        if token.lastgroup == "number":
            return float(token[0])
        if token.lastgroup == "name":
            if token[0] not in self.variables:
                raise ValueError(f"unknown variable {token[0]!r}")
            return float(self.variables[token[0]])
        if token[0] in ("+", "-"):
            value = self.expression(_SIGN_LEVEL)
            return -value if token[0] == "-" else value
        if token[0] == "(":
            value = self.expression()
            if self.peek() != ")":
                raise ValueError("a closing parenthesis is missing")
            self.tokens.popleft()
            return value
        raise ValueError(f"unexpected {token[0]!r} at position {token.start()}")


def evaluate(expression: str, variables: Mapping[str, float] | None = None) -> float:
    """Return the value of ``expression``; raise ValueError when it has none."""
    parser = _Parser(expression, variables or {})
    try:
        value = parser.expression()
    except ArithmeticError as error:
        raise ValueError(f"cannot evaluate {expression!r}: {error}") from error
    if parser.tokens:
        raise ValueError(f"unexpected {parser.peek()!r} at position {parser.tokens[0].start()}")
    if not math.isfinite(value):
        raise ValueError("the result is too large")
    return value
