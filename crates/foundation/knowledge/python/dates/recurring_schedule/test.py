from datetime import datetime, time, timedelta, timezone

import pytest

from recurring_schedule import Every, Monthly, Weekly, upcoming

WEDNESDAY = datetime(2024, 5, 15, 12, 0)


def test_weekly_picks_the_next_listed_day():
    assert Weekly(frozenset({0, 4}), time(9)).next_after(WEDNESDAY) == datetime(2024, 5, 17, 9, 0)
    assert Weekly(frozenset({0}), time(9)).next_after(WEDNESDAY) == datetime(2024, 5, 20, 9, 0)


def test_weekly_on_the_same_day():
    assert Weekly(frozenset({2}), time(18, 30)).next_after(WEDNESDAY) == datetime(2024, 5, 15, 18, 30)
    assert Weekly(frozenset({2}), time(12)).next_after(WEDNESDAY) == datetime(2024, 5, 22, 12, 0)
    assert Weekly(frozenset({2})).next_after(WEDNESDAY) == datetime(2024, 5, 22)
    assert Weekly(frozenset(range(7))).next_after(WEDNESDAY) == datetime(2024, 5, 16)


def test_monthly_moves_to_the_end_of_short_months():
    assert upcoming(Monthly(31, time(8)), datetime(2024, 1, 31, 9), 3) == [
        datetime(2024, 2, 29, 8), datetime(2024, 3, 31, 8), datetime(2024, 4, 30, 8),
    ]
    assert Monthly(31).next_after(datetime(2024, 2, 10)) == datetime(2024, 2, 29)


def test_monthly_across_the_year():
    assert Monthly(15, time(12)).next_after(WEDNESDAY) == datetime(2024, 6, 15, 12)
    assert Monthly(1).next_after(datetime(2024, 12, 31)) == datetime(2025, 1, 1)


def test_interval_keeps_its_rhythm():
    every = Every(datetime(2024, 5, 1, 6, 0), timedelta(hours=36))
    assert every.next_after(datetime(2024, 4, 1)) == datetime(2024, 5, 1, 6, 0)
    assert every.next_after(datetime(2024, 5, 1, 6, 0)) == datetime(2024, 5, 2, 18, 0)
    assert every.next_after(datetime(2024, 5, 4, 5, 59)) == datetime(2024, 5, 4, 6, 0)


def test_upcoming_lists_occurrences():
    assert upcoming(Weekly(frozenset({5, 6}), time(10)), WEDNESDAY, 3) == [
        datetime(2024, 5, 18, 10), datetime(2024, 5, 19, 10), datetime(2024, 5, 25, 10),
    ]
    assert upcoming(Monthly(1), WEDNESDAY, 0) == []


def test_time_zone_is_kept():
    zone = timezone(timedelta(hours=-3))
    moment = WEDNESDAY.replace(tzinfo=zone)
    assert Weekly(frozenset({3}), time(7)).next_after(moment) == datetime(2024, 5, 16, 7, tzinfo=zone)
    assert Monthly(20).next_after(moment).tzinfo == zone


def test_bad_schedules():
    with pytest.raises(ValueError, match="weekdays"):
        Weekly(frozenset())
    with pytest.raises(ValueError, match="weekdays"):
        Weekly(frozenset({7}))
    with pytest.raises(ValueError, match="day must be"):
        Monthly(0)
    with pytest.raises(ValueError, match="day must be"):
        Monthly(32)
    with pytest.raises(ValueError, match="interval"):
        Every(WEDNESDAY, timedelta(0))
