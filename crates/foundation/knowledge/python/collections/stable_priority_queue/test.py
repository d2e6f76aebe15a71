import pytest

from stable_priority_queue import PriorityQueue


def drain(queue):
    return [queue.pop() for _ in range(len(queue))]


def test_pops_by_priority():
    queue = PriorityQueue()
    for name, priority in [("low", 9), ("high", 1), ("mid", 5)]:
        queue.push(name, priority)
    assert drain(queue) == ["high", "mid", "low"]


def test_ties_are_first_in_first_out():
    queue = PriorityQueue()
    for name in ["c", "a", "b"]:
        queue.push(name, 1)
    assert drain(queue) == ["c", "a", "b"]


def test_items_need_not_be_comparable():
    queue = PriorityQueue()
    first, second = object(), object()
    queue.push(first, 2)
    queue.push(second, 2)
    assert queue.pop() is first


def test_push_again_updates_the_priority():
    queue = PriorityQueue()
    queue.push("a", 1)
    queue.push("b", 2)
    queue.push("a", 3)
    assert len(queue) == 2
    assert drain(queue) == ["b", "a"]


def test_remove_and_membership():
    queue = PriorityQueue()
    queue.push("a", 1)
    queue.push("b", 2)
    queue.remove("a")
    assert "a" not in queue
    assert queue.peek() == ("b", 2)
    with pytest.raises(KeyError):
        queue.remove("a")


def test_empty_queue():
    queue = PriorityQueue()
    with pytest.raises(IndexError, match="pop from an empty"):
        queue.pop()
    with pytest.raises(IndexError, match="peek at an empty"):
        queue.peek()


def test_nan_priority_is_refused():
    with pytest.raises(ValueError, match="NaN"):
        PriorityQueue().push("x", float("nan"))
