"""Reverse Polish notation."""

import operator
import re

OPERATORS = {
    "+": (1, operator.add),
    "-": (1, operator.sub),
    "*": (2, operator.mul),
    "/": (2, operator.truediv),
    "^": (3, operator.pow),
}
TOKEN = re.compile(r"\d+(?:\.\d+)?|[-+*/^()]")


def evaluate(expression: str) -> float:
    """Return the value of a postfix expression with blanks between its parts."""
    stack: list[float] = []
    for token in expression.split():
        if token not in OPERATORS:
            stack.append(_number(token))
            continue
        if len(stack) < 2:
            raise ValueError(f"{token} needs two numbers")
        right, left = stack.pop(), stack.pop()
        stack.append(OPERATORS[token][1](left, right))
    if len(stack) != 1:
        raise ValueError(f"{len(stack)} numbers are left")
    return stack[0]


def to_postfix(infix: str) -> str:
    """Return an infix expression, such as ``(1 + 2) * 3``, in postfix."""
    output: list[str] = []
    waiting: list[str] = []
    for token in TOKEN.findall(infix):
        if token == "(":
            waiting.append(token)
        elif token == ")":
            while waiting and waiting[-1] != "(":
                output.append(waiting.pop())
            if not waiting:
                raise ValueError("a bracket is never opened")
            waiting.pop()
        elif token in OPERATORS:
            while waiting and _goes_first(waiting[-1], token):
                output.append(waiting.pop())
            waiting.append(token)
        else:
            output.append(token)
    if "(" in waiting:
        raise ValueError("a bracket is never closed")
    return " ".join(output + waiting[::-1])


def _goes_first(before: str, token: str) -> bool:
    if before == "(":
        return False
    level, own = OPERATORS[before][0], OPERATORS[token][0]
    return level > own or (level == own and token != "^")


def _number(token: str) -> float:
    try:
        return float(token)
    except ValueError:
        raise ValueError(f"unknown sign: {token}") from None
