import struct
import zoneinfo
from datetime import datetime, timedelta, timezone

import pytest

from timezone_converter import convert_time, find_zone, is_ambiguous, utc_offset


def install_city(tmp_path):
    """Load a zone of our own, so that no time zone data of the system is needed.

    Test/City is at -05:00, and at -04:00 from March's second to November's first Sunday.
    zoneinfo keeps the zone in its cache after the search path is back to normal.
    """
    head = b"TZif2" + bytes(15) + struct.pack(">6l", 0, 0, 0, 0, 1, 4)
    block = head + struct.pack(">lbB", -18000, 0, 0) + b"STD\0"
    (tmp_path / "Test").mkdir()
    (tmp_path / "Test" / "City").write_bytes(block * 2 + b"\nSTD5DST,M3.2.0,M11.1.0\n")
    zoneinfo.reset_tzpath(to=[str(tmp_path)])
    try:
        zoneinfo.ZoneInfo("Test/City")
    finally:
        zoneinfo.reset_tzpath()


def test_zones_by_offset():
    assert find_zone("UTC") == timezone.utc
    assert find_zone("Z") == timezone.utc
    assert find_zone("UTC+05:30") == timezone(timedelta(hours=5, minutes=30))
    assert find_zone("-0330") == timezone(-timedelta(hours=3, minutes=30))
    assert find_zone("GMT+2") == timezone(timedelta(hours=2))
    assert find_zone("+14:59") == timezone(timedelta(hours=14, minutes=59))


def test_conversion_between_offsets():
    assert convert_time(datetime(2024, 1, 1, 0, 30), "UTC", "-05:00").isoformat() == (
        "2023-12-31T19:30:00-05:00"
    )
    assert convert_time(datetime(2024, 1, 1, 12), "+05:30", "UTC").isoformat() == (
        "2024-01-01T06:30:00+00:00"
    )


def test_conversion_with_daylight_saving(tmp_path):
    install_city(tmp_path)
    assert convert_time(datetime(2024, 1, 15, 12), "Test/City", "UTC").hour == 17
    assert convert_time(datetime(2024, 7, 15, 12), "Test/City", "UTC").hour == 16
    assert convert_time(datetime(2024, 7, 15, 16), "UTC", "Test/City").hour == 12


def test_offsets(tmp_path):
    install_city(tmp_path)
    assert utc_offset("Test/City", datetime(2024, 1, 15)) == "-05:00"
    assert utc_offset("Test/City", datetime(2024, 7, 15)) == "-04:00"
    assert utc_offset("UTC+05:45", datetime(2024, 1, 1)) == "+05:45"
    assert utc_offset("UTC", datetime(2024, 1, 1)) == "+00:00"


def test_skipped_times_are_refused(tmp_path):
    install_city(tmp_path)
    assert utc_offset("Test/City", datetime(2024, 3, 10, 1, 59)) == "-05:00"
    assert utc_offset("Test/City", datetime(2024, 3, 10, 3, 0)) == "-04:00"
    with pytest.raises(ValueError, match="2024-03-10 02:30:00 does not exist"):
        convert_time(datetime(2024, 3, 10, 2, 30), "Test/City", "UTC")


def test_repeated_times(tmp_path):
    install_city(tmp_path)
    repeated = datetime(2024, 11, 3, 1, 30)
    assert is_ambiguous("Test/City", repeated) is True
    assert is_ambiguous("Test/City", datetime(2024, 11, 3, 2, 30)) is False
    assert convert_time(repeated, "Test/City", "UTC").hour == 5
    assert convert_time(repeated.replace(fold=1), "Test/City", "UTC").hour == 6


@pytest.mark.parametrize("name", ["Nowhere/City", "", "../etc/passwd", "/etc/passwd"])
def test_unknown_zones(name):
    with pytest.raises(ValueError, match="unknown time zone"):
        find_zone(name)


def test_impossible_input():
    with pytest.raises(ValueError, match="impossible offset"):
        find_zone("UTC+15:00")
    with pytest.raises(ValueError, match="impossible offset"):
        find_zone("+01:60")
    with pytest.raises(ValueError, match="without a time zone"):
        convert_time(datetime(2024, 1, 1, tzinfo=timezone.utc), "UTC", "UTC")
