import pytest

from topological_order import CycleError, stages, topological_sort

BUILD = {
    "app": ["lib", "config"],
    "lib": ["base"],
    "tests": ["app"],
}


def test_dependencies_come_first():
    assert topological_sort(BUILD) == ["config", "base", "lib", "app", "tests"]


def test_stages():
    assert stages(BUILD) == [["config", "base"], ["lib"], ["app"], ["tests"]]


def test_independent_items_keep_their_order():
    assert topological_sort({"c": [], "a": [], "b": []}) == ["c", "a", "b"]


def test_empty():
    assert topological_sort({}) == []


def test_repeated_dependency_counts_once():
    assert topological_sort({"a": ["b", "b"]}) == ["b", "a"]


def test_cycle_is_named():
    with pytest.raises(CycleError, match="a -> b -> c -> a") as caught:
        topological_sort({"start": ["a"], "a": ["b"], "b": ["c"], "c": ["a"]})
    assert caught.value.cycle == ["a", "b", "c", "a"]


def test_item_that_needs_itself():
    with pytest.raises(CycleError, match="x -> x"):
        topological_sort({"x": ["x"]})
