import threading

import pytest

from thread_safe_counter import AtomicCounter, KeyedCounter


def run_in_threads(number, action):
    threads = [threading.Thread(target=action) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_add_returns_the_new_value():
    counter = AtomicCounter(10)
    assert counter.add() == 11
    assert counter.add(-5) == 6
    assert counter.value == 6


def test_no_update_is_lost():
    counter = AtomicCounter()

    def work():
        for _ in range(500):
            counter.add()

    run_in_threads(8, work)
    assert counter.value == 4000


def test_every_thread_sees_a_different_number():
    counter = AtomicCounter()
    seen = []
    run_in_threads(10, lambda: seen.append(counter.add()))
    assert sorted(seen) == list(range(1, 11))


def test_exchange():
    counter = AtomicCounter(3)
    assert counter.exchange(0) == 3
    assert counter.value == 0


@pytest.mark.parametrize("expected, changed, value", [(1, True, 9), (2, False, 1)])
def test_compare_and_set(expected, changed, value):
    counter = AtomicCounter(1)
    assert counter.compare_and_set(expected, 9) is changed
    assert counter.value == value


def test_keyed_counter():
    counter = KeyedCounter()
    run_in_threads(6, lambda: counter.add("ok"))
    assert counter.add("error", 2) == 2
    assert counter.snapshot() == {"ok": 6, "error": 2}


def test_snapshot_is_a_copy():
    counter = KeyedCounter()
    counter.add("a")
    counter.snapshot()["a"] = 99
    assert counter.snapshot() == {"a": 1}
