from datetime import datetime

import pytest

from log_line_parser import LogRecord, at_least, count_levels, parse_log

LINES = [
    "2024-05-01 12:00:00,123 INFO app: started\n",
    "2024-05-01T12:00:01 [ERROR] app.db: lost connection\n",
    "Traceback (most recent call last):\n",
    "  KeyError: 'x'\n",
    "2024-05-01 12:00:02.5   WARNING app.web: slow: 3 s\n",
    "2024-05-01 12:00:03 INFO app: \n",
]


def test_fields_of_a_line():
    assert list(parse_log(LINES[:1])) == [
        LogRecord(datetime(2024, 5, 1, 12, 0, 0, 123000), "INFO", "app", "started")
    ]
    assert list(parse_log(LINES[4:5])) == [
        LogRecord(datetime(2024, 5, 1, 12, 0, 2, 500000), "WARNING", "app.web", "slow: 3 s")
    ]


def test_traceback_belongs_to_its_record():
    records = list(parse_log(LINES))
    assert len(records) == 4
    assert records[1] == LogRecord(
        datetime(2024, 5, 1, 12, 0, 1),
        "ERROR",
        "app.db",
        "lost connection\nTraceback (most recent call last):\n  KeyError: 'x'",
    )
    assert records[3].message == ""


def test_impossible_dates_are_text():
    records = list(parse_log([LINES[0], "2024-13-01 12:00:00 INFO app: odd"]))
    assert [record.message for record in records] == [
        "started\n2024-13-01 12:00:00 INFO app: odd"
    ]


def test_levels_are_filtered_and_counted():
    records = list(parse_log(LINES))
    assert [record.level for record in at_least(records, "WARNING")] == ["ERROR", "WARNING"]
    assert at_least(records, "CRITICAL") == []
    assert count_levels(records) == {"INFO": 2, "WARNING": 1, "ERROR": 1}
    assert list(count_levels(records)) == ["INFO", "WARNING", "ERROR"]


def test_empty_log():
    assert list(parse_log([])) == []
    assert count_levels([]) == {}


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="does not start with a record: 'hello'"):
        list(parse_log(["hello\n"]))
    with pytest.raises(ValueError):
        at_least([], "LOUD")
