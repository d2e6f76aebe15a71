import threading

import pytest

from producer_consumer import WorkQueue, process_all


def test_all_items_are_consumed():
    seen = []
    with WorkQueue(seen.append, workers=3) as work:
        for number in range(50):
            work.put(number)
    assert sorted(seen) == list(range(50))


def test_results_in_input_order():
    assert process_all(str.upper, ["b", "a", "c"], workers=2) == ["B", "A", "C"]
    assert process_all(str.upper, []) == []


def test_none_is_ordinary_work():
    assert process_all(lambda item: item is None, [None, 1]) == [True, False]


def test_error_is_raised_at_the_end():
    with pytest.raises(ValueError, match="invalid literal"):
        process_all(int, ["1", "x", "3"], workers=1)


def test_producer_is_not_blocked_after_an_error():
    seen = []

    def consume(number):
        seen.append(number)
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        with WorkQueue(consume, workers=1, max_waiting=1) as work:
            for number in range(20):
                work.put(number)
    assert seen == [0]


def test_error_in_the_block_wins():
    with pytest.raises(KeyError):
        with WorkQueue(int, workers=1) as work:
            work.put("x")
            raise KeyError("from the block")


def test_threads_end():
    before = threading.active_count()
    process_all(len, ["a", "bb"], workers=5)
    assert threading.active_count() == before


@pytest.mark.parametrize("workers, waiting", [(0, 1), (1, 0)])
def test_bad_settings(workers, waiting):
    with pytest.raises(ValueError, match="must be at least 1"):
        WorkQueue(print, workers, waiting)
