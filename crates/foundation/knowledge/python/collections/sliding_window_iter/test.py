import pytest

from sliding_window_iter import moving_average, sliding_windows


def test_overlapping_windows():
    assert list(sliding_windows([1, 2, 3, 4], 2)) == [(1, 2), (2, 3), (3, 4)]


def test_windows_with_step():
    assert list(sliding_windows("abcdefg", 3, step=2)) == [
        ("a", "b", "c"),
        ("c", "d", "e"),
        ("e", "f", "g"),
    ]


def test_short_input_yields_nothing():
    assert list(sliding_windows([1], 2)) == []
    assert list(moving_average([1, 2], 3)) == []


def test_moving_average():
    assert list(moving_average([1, 2, 3, 4, 5], 3)) == [2.0, 3.0, 4.0]


def test_moving_average_of_generator():
    assert list(moving_average((n * 10 for n in range(4)), 2)) == [5.0, 15.0, 25.0]


@pytest.mark.parametrize("call", [sliding_windows, moving_average])
def test_bad_size_is_refused(call):
    with pytest.raises(ValueError, match="window size must be at least 1"):
        call([1, 2], 0)


def test_bad_step_is_refused():
    with pytest.raises(ValueError, match="step must be at least 1"):
        sliding_windows([1, 2], 1, step=0)
