import pytest

from bracket_checker import depth, first_problem, is_balanced


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", True), ("a(b[c]{d})", True), ("(]", False), ("(()", False), (")(", False)],
)
def test_balance(text, expected):
    assert is_balanced(text) == expected


def test_place_of_the_problem():
    assert first_problem("ab(c]") == 4
    assert first_problem("((a)") == 0
    assert first_problem("()") is None


def test_quoted_brackets():
    assert is_balanced("f(')')") is False
    assert is_balanced("f(')')", ignore_quoted=True) is True


def test_depth():
    assert depth("a(b[c])(d)") == 2
    with pytest.raises(ValueError, match="unbalanced at 0"):
        depth("(")
