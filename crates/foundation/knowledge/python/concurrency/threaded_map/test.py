import threading

import pytest

from threaded_map import Outcome, failures, successes, thread_map


def test_results_keep_input_order():
    gate = threading.Event()

    def work(number):
        if number == 0:
            gate.wait(2)
        if number == 2:
            gate.set()
        return number * number

    outcomes = thread_map(work, range(3), workers=3)
    assert [outcome.value for outcome in outcomes] == [0, 1, 4]


def test_errors_do_not_stop_the_others():
    outcomes = thread_map(int, ["1", "x", "3"], workers=2)
    assert successes(outcomes) == [1, 3]
    assert [outcome.ok for outcome in outcomes] == [True, False, True]


def test_failures_name_the_item():
    [(item, error)] = failures(thread_map(int, ["1", "x"]))
    assert item == "x"
    assert isinstance(error, ValueError)


def test_unwrap():
    good, bad = thread_map(lambda n: 10 // n, [5, 0])
    assert good.unwrap() == 2
    with pytest.raises(ZeroDivisionError):
        bad.unwrap()


def test_none_is_a_value():
    assert thread_map(lambda _: None, ["a"]) == [Outcome("a", value=None)]


def test_no_items():
    assert thread_map(str, []) == []


def test_system_exit_is_not_swallowed():
    def leave(_):
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        thread_map(leave, [1])


def test_bad_worker_number():
    with pytest.raises(ValueError, match="workers must be at least 1"):
        thread_map(str, [1], workers=0)
