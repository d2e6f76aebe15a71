from datetime import datetime, timedelta

import pytest

from free_slots import common_slots, conflicts, free_slots


def at(hour, minute=0):
    return datetime(2024, 5, 6, hour, minute)


DAY = (at(9), at(17))


def test_gaps_between_meetings():
    busy = [(at(11), at(12)), (at(9, 30), at(10)), (at(11, 30), at(13))]
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in free_slots(busy, DAY)] == [
        "09:00-09:30",
        "10:00-11:00",
        "13:00-17:00",
    ]


def test_short_gaps_are_left_out():
    busy = [(at(9, 30), at(16))]
    assert [
        f"{start:%H:%M}-{end:%H:%M}" for start, end in free_slots(busy, DAY, timedelta(hours=1))
    ] == ["16:00-17:00"]


def test_meetings_beyond_the_day():
    assert [
        f"{start:%H:%M}-{end:%H:%M}"
        for start, end in free_slots([(at(8), at(10)), (at(16), at(18))], DAY)
    ] == ["10:00-16:00"]
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in free_slots([(at(18), at(19))], DAY)] == [
        "09:00-17:00"
    ]
    assert free_slots([(at(8), at(18))], DAY) == []


def test_several_people():
    slots = common_slots([[(at(9), at(12))], [(at(13), at(17))]], DAY)
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in slots] == ["12:00-13:00"]


def test_conflicts():
    pairs = conflicts([(at(9), at(11)), (at(10), at(12)), (at(11), at(13))])
    assert [[f"{start:%H:%M}-{end:%H:%M}" for start, end in pair] for pair in pairs] == [
        ["09:00-11:00", "10:00-12:00"],
        ["10:00-12:00", "11:00-13:00"],
    ]


def test_no_length():
    with pytest.raises(ValueError, match="has no length"):
        free_slots([(at(9), at(9))], DAY)
    assert [f"{start:%H:%M}-{end:%H:%M}" for start, end in free_slots([], DAY)] == ["09:00-17:00"]
