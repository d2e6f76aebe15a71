import pytest

from ring_buffer_store import RingBuffer


def filled(capacity, items):
    buffer = RingBuffer(capacity)
    for item in items:
        buffer.append(item)
    return buffer


def test_keeps_the_newest_items():
    assert list(filled(3, [1, 2, 3, 4, 5])) == [3, 4, 5]


def test_append_returns_the_lost_item():
    buffer = RingBuffer(2)
    assert buffer.append("a") is None
    assert buffer.append("b") is None
    assert buffer.append("c") == "a"


def test_indexing_from_both_ends():
    buffer = filled(3, "abcd")
    assert (buffer[0], buffer[2], buffer[-1]) == ("b", "d", "d")


@pytest.mark.parametrize("index", [2, -3, 99])
def test_index_out_of_range(index):
    with pytest.raises(IndexError, match="out of range"):
        filled(5, [1, 2])[index]


def test_popleft_then_append_wraps_around():
    buffer = filled(3, [1, 2, 3])
    assert buffer.popleft() == 1
    assert buffer.append(4) is None
    assert list(buffer) == [2, 3, 4]


def test_popleft_of_empty_buffer():
    with pytest.raises(IndexError, match="empty ring buffer"):
        RingBuffer(1).popleft()


def test_full_flag_and_clear():
    buffer = filled(2, [1, 2])
    assert (buffer.is_full, len(buffer), buffer.capacity) == (True, 2, 2)
    buffer.clear()
    assert (buffer.is_full, list(buffer)) == (False, [])


def test_capacity_must_be_positive():
    with pytest.raises(ValueError, match="capacity must be at least 1"):
        RingBuffer(0)
