import threading
import time

import pytest

from read_write_lock import ReadWriteLock

SHORT = 0.005


def test_readers_share():
    lock = ReadWriteLock()
    together = threading.Barrier(3, timeout=2)
    arrived = []

    def read():
        with lock.reading():
            together.wait()
            arrived.append(1)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(arrived) == 3


def test_writer_excludes_readers_and_writers():
    lock = ReadWriteLock()
    with lock.writing():
        with pytest.raises(TimeoutError, match="no read access"):
            with lock.reading(timeout=SHORT):
                pass
        with pytest.raises(TimeoutError, match="no write access"):
            with lock.writing(timeout=SHORT):
                pass


def test_reader_excludes_writer():
    lock = ReadWriteLock()
    with lock.reading():
        with pytest.raises(TimeoutError):
            with lock.writing(timeout=SHORT):
                pass
        with lock.reading(timeout=SHORT):
            shared_again = True
    assert shared_again is True


def test_lock_is_free_after_an_error():
    lock = ReadWriteLock()
    with pytest.raises(RuntimeError):
        with lock.writing():
            raise RuntimeError("inside")
    with pytest.raises(RuntimeError):
        with lock.reading():
            raise RuntimeError("inside")
    with lock.writing(timeout=SHORT):
        entered = True
    assert entered is True


def test_waiting_writer_goes_before_new_readers():
    lock = ReadWriteLock()
    order = []

    def write():
        with lock.writing(timeout=2):
            order.append("writer")

    with lock.reading():
        writer = threading.Thread(target=write)
        writer.start()
        for _ in range(1000):
            if lock._waiting_writers:
                break
            time.sleep(0.001)
        with pytest.raises(TimeoutError):
            with lock.reading(timeout=SHORT):
                order.append("reader")
    writer.join()
    assert order == ["writer"]


def test_writes_are_not_lost():
    lock = ReadWriteLock()
    state = {"count": 0}

    def work():
        for _ in range(50):
            with lock.writing():
                state["count"] = state["count"] + 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state["count"] == 200
