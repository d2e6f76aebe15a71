import pytest

from pipeline_composition import Pipeline, StepError, compose


def double(number):
    return number * 2


def test_compose_is_right_to_left():
    assert compose(str, double)(4) == "8"
    assert compose()(5) == 5


def test_pipeline_is_left_to_right():
    assert Pipeline(double, str, len)(50) == 3
    assert Pipeline()("same") == "same"


def test_operator_makes_a_new_pipeline():
    base = Pipeline() | int
    longer = base | double
    assert longer("21") == 42
    assert base("21") == 21
    assert (len(base), len(longer)) == (1, 2)


def test_pipeline_as_a_step():
    clean = Pipeline(str.strip, str.lower)
    assert (Pipeline(clean) | str.title)("  ADA lovelace ") == "Ada Lovelace"


def test_map_is_lazy():
    results = Pipeline(int, double).map(["1", "2", "x"])
    assert next(results) == 2
    assert next(results) == 4


def test_failing_step_is_named():
    with pytest.raises(StepError, match="step 'int' failed on 'x'") as caught:
        Pipeline(str.strip, int)(" x ")
    assert (caught.value.step, caught.value.value) == ("int", "x")
    assert isinstance(caught.value.__cause__, ValueError)


def test_inner_pipeline_error_is_not_wrapped_twice():
    with pytest.raises(StepError) as caught:
        Pipeline(Pipeline(int), double)("x")
    assert caught.value.step == "int"


def test_trace():
    assert Pipeline(int, double).trace("3") == [("int", 3), ("double", 6)]


def test_step_must_be_callable():
    with pytest.raises(TypeError, match="must be callable, got 5"):
        _ = Pipeline() | 5
