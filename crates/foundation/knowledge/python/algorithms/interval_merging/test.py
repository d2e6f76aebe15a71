from datetime import date

import pytest

from interval_merging import find_gaps, max_overlap, merge_intervals


@pytest.mark.parametrize(
    "intervals, expected",
    [
        ([], []),
        ([(5, 6), (1, 3), (2, 4)], [(1, 4), (5, 6)]),
        ([(1, 3), (3, 5)], [(1, 5)]),
        ([(1, 10), (2, 3)], [(1, 10)]),
        ([(1, 2), (4, 5)], [(1, 2), (4, 5)]),
    ],
)
def test_merge(intervals, expected):
    assert merge_intervals(intervals) == expected


def test_merge_dates():
    assert merge_intervals(
        [(date(2024, 1, 5), date(2024, 1, 9)), (date(2024, 1, 1), date(2024, 1, 6))]
    ) == [(date(2024, 1, 1), date(2024, 1, 9))]


@pytest.mark.parametrize(
    "busy, expected",
    [
        ([], [(9, 17)]),
        ([(10, 11), (13, 14)], [(9, 10), (11, 13), (14, 17)]),
        ([(8, 10), (16, 18)], [(10, 16)]),
        ([(0, 24)], []),
        ([(18, 20)], [(9, 17)]),
    ],
)
def test_gaps(busy, expected):
    assert find_gaps(busy, 9, 17) == expected


@pytest.mark.parametrize(
    "intervals, expected",
    [
        ([], 0),
        ([(1, 4), (2, 5), (3, 6)], 3),
        ([(1, 2), (2, 3)], 1),
        ([(1, 1)], 0),
    ],
)
def test_max_overlap(intervals, expected):
    assert max_overlap(intervals) == expected


def test_reversed_interval_is_refused():
    with pytest.raises(ValueError, match="ends before it starts"):
        merge_intervals([(3, 1)])
