import pytest

from arithmetic_evaluator import evaluate


def test_precedence_and_parentheses():
    assert evaluate("1 + 2 * 3") == 7
    assert evaluate("(1 + 2) * 3") == 9
    assert evaluate("10 - 4 - 3") == 3
    assert evaluate("24 / 4 / 2") == 3
    assert evaluate("2 * (3 + (4 - 1)) - 1") == 11


def test_every_operator():
    assert evaluate("7 // 2") == 3
    assert evaluate("7 % 4") == 3
    assert evaluate("7/2") == 3.5
    assert evaluate("2 ** 10") == 1024


def test_power_groups_right_and_binds_tighter_than_sign():
    assert evaluate("2 ** 3 ** 2") == 512
    assert evaluate("-2 ** 2") == -4
    assert evaluate("2 ** -1 * 4") == 2


def test_signs_and_number_formats():
    assert evaluate("--3 - -+2") == 5
    assert evaluate("-2 * 3 + 1") == -5
    assert evaluate(".5 + 1. + 1e2 + 2.5E-1") == 101.75


def test_variables():
    assert evaluate("price * (1 + tax)", {"price": 200, "tax": 0.25}) == 250
    with pytest.raises(ValueError, match="unknown variable 'y'"):
        evaluate("x + y", {"x": 1})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ends too early"),
        ("1 +", "ends too early"),
        ("(1 + 2", "closing parenthesis is missing"),
        ("1 2", "unexpected '2' at position 2"),
        ("1 + $", r"unexpected '\$' at position 4"),
        ("2 * )", r"unexpected '\)' at position 4"),
    ],
)
def test_malformed_expressions(text, message):
    with pytest.raises(ValueError, match=message):
        evaluate(text)


def test_impossible_values():
    with pytest.raises(ValueError, match="cannot evaluate '1 / 0'"):
        evaluate("1 / 0")
    with pytest.raises(ValueError, match="cannot evaluate"):
        evaluate("9 ** 9 ** 9")
    with pytest.raises(ValueError, match="too large"):
        evaluate("1e308 * 10")


def test_nesting_is_limited():
    assert evaluate("(" * 90 + "1" + ")" * 90) == 1
    assert evaluate(" + ".join(["1"] * 500)) == 500
    with pytest.raises(ValueError, match="nested too deeply"):
        evaluate("(" * 500 + "1" + ")" * 500)
