from datetime import date

import pytest

from date_ranges import date_range, merge_periods, missing_dates, split_by_month


def day(number, month=5):
    return date(2024, month, number)


def test_range_excludes_the_end():
    assert list(date_range(date(2024, 2, 28), date(2024, 3, 2))) == [
        date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 1),
    ]
    assert list(date_range(day(1), day(1))) == []
    assert list(date_range(day(2), day(1))) == []


def test_range_with_steps():
    assert list(date_range(day(1), day(16), step=7)) == [day(1), day(8), day(15)]
    assert list(date_range(day(3), day(1), step=-1)) == [day(3), day(2)]
    with pytest.raises(ValueError, match="zero"):
        list(date_range(day(1), day(2), step=0))


def test_split_by_month():
    assert split_by_month(date(2024, 1, 30), date(2024, 3, 1)) == [
        (date(2024, 1, 30), date(2024, 1, 31)),
        (date(2024, 2, 1), date(2024, 2, 29)),
        (date(2024, 3, 1), date(2024, 3, 1)),
    ]
    assert split_by_month(day(5), day(7)) == [(day(5), day(7))]
    assert split_by_month(date(2023, 12, 31), date(2024, 1, 1)) == [
        (date(2023, 12, 31), date(2023, 12, 31)),
        (date(2024, 1, 1), date(2024, 1, 1)),
    ]


def test_merge_overlapping_and_adjoining_periods():
    assert merge_periods([(day(10), day(12)), (day(1), day(3)), (day(3), day(5))]) == [
        (day(1), day(5)), (day(10), day(12)),
    ]
    assert merge_periods([(day(1), day(2)), (day(3), day(4))]) == [(day(1), day(4))]
    assert merge_periods([(day(1), day(9)), (day(2), day(3))]) == [(day(1), day(9))]
    assert merge_periods([(day(1), day(2)), (day(4), day(4))]) == [(day(1), day(2)), (day(4), day(4))]
    assert merge_periods([]) == []


def test_missing_dates():
    assert missing_dates([day(5), day(1), day(3), day(1)]) == [day(2), day(4)]
    assert missing_dates([day(1), day(2)]) == []
    assert missing_dates([]) == []


def test_periods_that_end_before_they_begin():
    with pytest.raises(ValueError, match="ends on 2024-05-01, before it begins on 2024-05-02"):
        split_by_month(day(2), day(1))
    with pytest.raises(ValueError, match="before it begins"):
        merge_periods([(day(2), day(1))])
