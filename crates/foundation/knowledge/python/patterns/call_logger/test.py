import pytest

from call_logger import log_calls


@pytest.fixture
def lines():
    return []


def logged(lines, **options):
    ticks = iter(range(100))
    return log_calls(lines.append, clock=lambda: next(ticks), **options)


def test_arguments_and_result(lines):
    @logged(lines)
    def add(left, right=2):
        return left + right

    assert add(1, right=3) == 4
    assert lines == ["add(left=1, right=3) -> 4 in 1.000 s"]


def test_errors_pass(lines):
    @logged(lines)
    def fail():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert lines == ["fail() raised ValueError('no') after 1.000 s"]


def test_secrets_are_masked(lines):
    @logged(lines, hidden={"password"})
    def login(user, password):
        return user

    assert login("ann", "secret") == "ann"
    assert lines == ["login(user='ann', password=***) -> 'ann' in 1.000 s"]


def test_long_values_are_cut(lines):
    @logged(lines)
    def echo(text):
        return len(text)

    assert echo("x" * 500) == 500
    assert lines[0].startswith("echo(text='" + "x" * 78 + "…) -> 500") is True


def test_name_and_documentation_stay(lines):
    @logged(lines)
    def named():
        """Say so."""

    assert (named.__name__, named.__doc__) == ("named", "Say so.")


def test_wrong_calls(lines):
    @logged(lines)
    def one(value):
        return value

    with pytest.raises(TypeError):
        one()
    assert one(5) == 5
    assert lines[0].startswith("one(arguments that do not fit) raised TypeError") is True
