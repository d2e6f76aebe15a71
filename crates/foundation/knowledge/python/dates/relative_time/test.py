from datetime import datetime, timedelta, timezone

import pytest

from relative_time import describe_span, time_ago

NOW = datetime(2024, 5, 15, 12, 0, 0)


def test_past_moments():
    assert time_ago(NOW - timedelta(seconds=30), NOW) == "30 seconds ago"
    assert time_ago(NOW - timedelta(minutes=1, seconds=59), NOW) == "1 minute ago"
    assert time_ago(NOW - timedelta(hours=3, minutes=40), NOW) == "3 hours ago"
    assert time_ago(NOW - timedelta(days=13), NOW) == "1 week ago"
    assert time_ago(NOW - timedelta(days=59), NOW) == "1 month ago"
    assert time_ago(datetime(2020, 5, 15), NOW) == "4 years ago"
    assert time_ago(NOW - timedelta(days=365), NOW) == "1 year ago"
    assert time_ago(NOW - timedelta(days=364), NOW) == "12 months ago"
    assert time_ago(NOW - timedelta(days=30), NOW) == "1 month ago"
    assert time_ago(NOW - timedelta(days=29), NOW) == "4 weeks ago"
    assert time_ago(NOW - timedelta(days=7), NOW) == "1 week ago"


def test_future_moments():
    assert time_ago(NOW + timedelta(days=2), NOW) == "in 2 days"
    assert time_ago(NOW + timedelta(hours=1), NOW) == "in 1 hour"


def test_just_now():
    assert time_ago(NOW, NOW) == "just now"
    assert time_ago(NOW - timedelta(seconds=9), NOW) == "just now"
    assert time_ago(NOW - timedelta(seconds=10), NOW) == "10 seconds ago"
    assert time_ago(NOW - timedelta(seconds=10), NOW, just_now=timedelta(minutes=1)) == "just now"
    assert time_ago(NOW - timedelta(microseconds=5), NOW, just_now=timedelta(0)) == "just now"


def test_time_zones_are_respected():
    noon_utc = NOW.replace(tzinfo=timezone.utc)
    noon_east = NOW.replace(tzinfo=timezone(timedelta(hours=2)))
    assert time_ago(noon_east, noon_utc) == "2 hours ago"
    with pytest.raises(TypeError):
        time_ago(NOW, noon_utc)


def test_spans():
    assert describe_span(timedelta(days=1, hours=4, minutes=30)) == "1 day and 4 hours"
    assert describe_span(timedelta(days=1, hours=4, minutes=30), parts=3) == (
        "1 day, 4 hours and 30 minutes"
    )
    assert describe_span(timedelta(days=1, hours=4), parts=1) == "1 day"
    assert describe_span(timedelta(seconds=-61)) == "1 minute and 1 second"
    assert describe_span(timedelta(days=400)) == "1 year and 1 month"


def test_spans_of_nothing_and_bad_parts():
    assert describe_span(timedelta(milliseconds=999)) == "0 seconds"
    with pytest.raises(ValueError, match="parts"):
        describe_span(timedelta(1), parts=0)
