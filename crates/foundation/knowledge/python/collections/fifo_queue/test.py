import pytest

from fifo_queue import Queue


def test_first_in_first_out():
    queue = Queue(["a"])
    queue.enqueue("b")
    assert [queue.dequeue(), queue.dequeue()] == ["a", "b"]
    assert queue.is_empty() is True


def test_peek_leaves_the_item():
    queue = Queue([1, 2])
    assert queue.peek() == 1
    assert len(queue) == 2


def test_iteration_from_the_front():
    assert list(Queue([1, 2, 3])) == [1, 2, 3]


def test_empty_queue_errors():
    with pytest.raises(IndexError, match="dequeue from an empty queue"):
        Queue().dequeue()
    with pytest.raises(IndexError, match="peek at an empty queue"):
        Queue().peek()


def test_limit_frees_up_after_dequeue():
    queue = Queue([1, 2], max_size=2)
    with pytest.raises(OverflowError, match="limited to 2"):
        queue.enqueue(3)
    queue.dequeue()
    queue.enqueue(3)
    assert list(queue) == [2, 3]


def test_bad_limit():
    with pytest.raises(ValueError, match="max_size must be at least 1"):
        Queue(max_size=0)
