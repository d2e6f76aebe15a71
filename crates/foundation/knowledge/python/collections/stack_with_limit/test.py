import pytest

from stack_with_limit import Stack, brackets_balanced


def test_last_in_first_out():
    stack = Stack([1, 2])
    stack.push(3)
    assert [stack.pop(), stack.pop(), stack.pop()] == [3, 2, 1]
    assert stack.is_empty() is True


def test_peek_leaves_the_item():
    stack = Stack("ab")
    assert stack.peek() == "b"
    assert len(stack) == 2


def test_iteration_from_the_top():
    assert list(Stack([1, 2, 3])) == [3, 2, 1]


def test_empty_stack_errors():
    with pytest.raises(IndexError, match="pop from an empty stack"):
        Stack().pop()
    with pytest.raises(IndexError, match="peek at an empty stack"):
        Stack().peek()


def test_size_limit():
    stack = Stack(max_size=1)
    stack.push("x")
    with pytest.raises(OverflowError, match="limited to 1"):
        stack.push("y")
    assert list(stack) == ["x"]


def test_negative_limit_is_refused():
    with pytest.raises(ValueError, match="must not be negative"):
        Stack(max_size=-1)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", True),
        ("a(b[c]{d})", True),
        ("(]", False),
        ("([)]", False),
        ("((", False),
        (")", False),
    ],
)
def test_brackets(text, expected):
    assert brackets_balanced(text) is expected
