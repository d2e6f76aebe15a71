import pytest

from postfix_calculator import evaluate, to_postfix


def test_evaluate():
    assert evaluate("3 4 + 2 *") == 14
    assert evaluate("5 1 2 + 4 * + 3 -") == 14
    assert evaluate("-2.5") == -2.5


def test_order_of_operands():
    assert evaluate("8 2 /") == 4
    assert evaluate("2 3 ^") == 8


def test_infix():
    assert to_postfix("(1 + 2) * 3 - 4 / 2") == "1 2 + 3 * 4 2 / -"
    assert to_postfix("2 ^ 3 ^ 2") == "2 3 2 ^ ^"
    assert evaluate(to_postfix("10 - 2 - 3")) == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [("1 +", "needs two numbers"), ("1 2", "2 numbers are left"), ("1 x +", "unknown sign: x")],
)
def test_refused_postfix(text, message):
    with pytest.raises(ValueError, match=message):
        evaluate(text)


@pytest.mark.parametrize(("text", "message"), [("(1", "never closed"), ("1)", "never opened")])
def test_refused_infix(text, message):
    with pytest.raises(ValueError, match=message):
        to_postfix(text)
