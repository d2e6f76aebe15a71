import random

import pytest

from random_property_check import Falsified, for_all, integers, lists, texts


@for_all(lists(integers()))
def test_sorting_twice_changes_nothing(items):
    assert sorted(sorted(items)) == sorted(items)


@for_all(texts(), texts())
def test_length_of_joined_texts(left, right):
    assert len(left + right) == len(left) + len(right)


def test_number_is_shrunk_to_the_border():
    @for_all(integers(0, 1000))
    def below(number):
        assert number < 137

    with pytest.raises(Falsified, match=r"fails for arguments \(137,\): AssertionError") as caught:
        below()
    assert caught.value.example == (137,)


def test_list_is_shrunk():
    @for_all(lists(integers(-50, 50)))
    def no_negative(items):
        assert all(item >= 0 for item in items)

    with pytest.raises(Falsified) as caught:
        no_negative()
    assert caught.value.example == ([-1],)


def test_text_is_shrunk_and_cause_is_kept():
    @for_all(texts("abx"), integers())
    def has_no_x(text, _number):
        if "x" in text:
            raise KeyError("found x")

    with pytest.raises(Falsified, match="KeyError") as caught:
        has_no_x()
    assert caught.value.example == ("x", 0)
    assert isinstance(caught.value.__cause__, KeyError)


def test_number_of_runs_and_seed():
    def inputs(**options):
        seen = []
        for_all(integers(), **options)(seen.append)()
        return seen

    assert len(inputs(runs=7)) == 7
    assert inputs(seed=1) == inputs(seed=1)
    assert inputs(seed=1) != inputs(seed=2)


def test_bounds():
    rng = random.Random(1)
    assert {integers(5, 7).make(rng) for _ in range(200)} == {5, 6, 7}
    assert max(len(texts("a", 3).make(rng)) for _ in range(200)) == 3
    assert list(integers(5, 7).simpler(7)) == [5, 6]


def test_name_and_docstring_are_kept():
    def check(_number):
        """What holds."""

    wrapped = for_all(integers())(check)
    assert (wrapped.__name__, wrapped.__doc__) == ("check", "What holds.")
